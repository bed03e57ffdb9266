#!lua
-- Starts a login that ends by itself, or with all others of its name.
-- KEYS: login generations
-- ARGV: name lifetime_s
-- RETURNS: 1
local login, generations = unpack(KEYS)
local generation = redis.call('HGET', generations, ARGV[1]) or '0'
redis.call('SET', login, generation .. ' ' .. ARGV[1], 'EX', ARGV[2])
return 1
