#!lua flags=no-writes
-- Tells whose login this is, unless it has ended.
-- KEYS: login generations
-- ARGV: none
-- RETURNS: the name, or false
local login, generations = unpack(KEYS)
local value = redis.call('GET', login)
if not value then return false end
local generation, name = string.match(value, '^(%d+) (.*)$')
if (redis.call('HGET', generations, name) or '0') ~= generation then return false end
return name
