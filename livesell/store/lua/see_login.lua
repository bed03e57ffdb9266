#!lua
-- Notes when a login was last used, unless it has ended meanwhile.
-- KEYS: logins
-- ARGV: digest now_ms
-- RETURNS: 1 when noted, 0 when there is no such login
local logins = KEYS[1]
if redis.call('HEXISTS', logins, ARGV[1]) ~= 1 then return 0 end
redis.call('HSET', logins, ARGV[1] .. ':seen', ARGV[2])
return 1
