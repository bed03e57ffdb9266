#!lua
-- Writes products, all or none: none when one of them is not at the version that it replaces.
-- KEYS: products product_changes
-- ARGV: most, then for each product: id, expected version (0: there is none), record without its
-- version, which begins with '{' and is not empty
-- RETURNS: the new version; or 0 and the id of the first that is at another version; or -1 when
-- there would be more than most
local products, product_changes = unpack(KEYS)
local added = 0
for i = 2, #ARGV, 3 do
  local record = redis.call('HGET', products, ARGV[i])
  local version = record and string.match(record, '^{"version":(%d+),') or '0'
  if version ~= ARGV[i + 1] then return {0, ARGV[i]} end
  if not record then added = added + 1 end
end
if added > 0 and redis.call('HLEN', products) + added > tonumber(ARGV[1]) then return {-1} end
local version = redis.call('INCR', product_changes)
for i = 2, #ARGV, 3 do
  local record = string.format('{"version":%d,', version) .. string.sub(ARGV[i + 2], 2)
  redis.call('HSET', products, ARGV[i], record)
end
return {version}
