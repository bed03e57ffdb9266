#!lua
-- Counts the orders that were refused for their pace, by viewer, while the session is on air.
-- KEYS: session held_back
-- ARGV: for each viewer: viewer, orders refused
-- RETURNS: 1 when counted, 0 when the session is not on air
local session, held_back = unpack(KEYS)

local state = redis.call('HGET', session, 'state')
if state ~= 'live' and state ~= 'paused' then return 0 end
for i = 1, #ARGV, 2 do
  local likes, orders = string.match(redis.call('HGET', held_back, ARGV[i]) or '0 0', '^(%d+) (%d+)$')
  redis.call('HSET', held_back, ARGV[i], string.format('%s %.0f', likes, orders + ARGV[i + 1]))
end
return 1
