#!lua
-- Replaces a person's record, unless the person was removed.
-- KEYS: people
-- ARGV: name record
-- RETURNS: 1 when replaced, 0 when there is no such person
local people = KEYS[1]
if redis.call('HEXISTS', people, ARGV[1]) ~= 1 then return 0 end
redis.call('HSET', people, ARGV[1], ARGV[2])
return 1
