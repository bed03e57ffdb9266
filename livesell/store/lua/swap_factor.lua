#!lua
-- Replaces what is kept of somebody's second step, when it still is what was read.
-- KEYS: factors
-- ARGV: name expected record, each empty when there is none
-- RETURNS: 1 when replaced, 0 when someone else was first
local factors = KEYS[1]
if (redis.call('HGET', factors, ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', factors, ARGV[1])
else
  redis.call('HSET', factors, ARGV[1], ARGV[3])
end
return 1
