#!lua
-- Gives the turn to plan to one caller at a time; a turn that nobody gives back runs out.
-- KEYS: planning
-- ARGV: turn lasts_ms
-- RETURNS: 1 when the turn is this caller's, 0 when it is another's
local planning = KEYS[1]
local holder = redis.call('GET', planning)
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', planning, ARGV[1], 'PX', ARGV[2])
return 1
