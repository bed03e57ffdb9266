#!lua
-- Starts a login that ends by itself, or with all others of its name.
-- KEYS: login generations logins entered
-- ARGV: digest name lifetime_s record now_ms, the record empty when nothing is to be shown of it
-- RETURNS: 1
local login, generations, logins, entered = unpack(KEYS)
local generation = redis.call('HGET', generations, ARGV[2]) or '0'
redis.call('SET', login, generation .. ' ' .. ARGV[2], 'EX', ARGV[3])
if ARGV[4] ~= '' then
  redis.call('HSET', logins, ARGV[1], ARGV[4], ARGV[1] .. ':seen', ARGV[5])
  redis.call('HSET', entered, ARGV[2], ARGV[5])
end
return 1
