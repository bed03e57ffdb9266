#!lua
-- Uses an open link up and writes down the person that it is for, both or neither.
-- KEYS: invitations people
-- ARGV: digest expected_invitation is_new name record
-- RETURNS: taken | gone: the link was used or withdrawn | exists: the name is another's |
--   missing: whose password it was for is not there any more
local invitations, people = unpack(KEYS)
if redis.call('HGET', invitations, ARGV[1]) ~= ARGV[2] then return 'gone' end
local is_there = redis.call('HEXISTS', people, ARGV[4]) == 1
if ARGV[3] == '1' and is_there then return 'exists' end
if ARGV[3] == '0' and not is_there then return 'missing' end
redis.call('HDEL', invitations, ARGV[1])
redis.call('HSET', people, ARGV[4], ARGV[5])
return 'taken'
