#!lua
-- Gives the turn to plan back, unless it has run out and is another's by now.
-- KEYS: planning
-- ARGV: turn
-- RETURNS: 1
local planning = KEYS[1]
local holder = redis.call('GET', planning)
if holder == ARGV[1] then redis.call('DEL', planning) end
return 1
