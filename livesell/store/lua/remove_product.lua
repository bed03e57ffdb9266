#!lua
-- Takes a product out of the catalogue, unless somebody has changed it since.
-- KEYS: products product_changes
-- ARGV: id, the version that was seen
-- RETURNS: 1 when removed, 0 when it is at another version, -1 when there is none
local products, product_changes = unpack(KEYS)
local record = redis.call('HGET', products, ARGV[1])
if not record then return -1 end
if string.match(record, '^{"version":(%d+),') ~= ARGV[2] then return 0 end
redis.call('HDEL', products, ARGV[1])
redis.call('INCR', product_changes)
return 1
