#!lua
-- Forgets a viewer's details, names and contacts, and why they were muted or banned; no total changes.
-- KEYS: orders by_viewer contacts details muted banned ticker ledger
-- ARGV: viewer now_ms by channel, how many orders the viewer has, then for each of those that
--   have a name: order_id before after (records, JSON) n
-- RETURNS: erased | changed, when an order is not as the caller read it or there is a new one
local orders, by_viewer, contacts, details, muted, banned, ticker, ledger = unpack(KEYS)
local viewer, now, by, channel, count = unpack(ARGV, 1, 5)

-- "0" is the character after "/", so the range is all that begins with "<viewer>/".
local own = redis.call('ZRANGEBYLEX', by_viewer, '[' .. viewer .. '/', '(' .. viewer .. '0')
if #own ~= tonumber(count) then return 'changed' end
for i = 6, #ARGV, 4 do
  local found = redis.call('HGET', orders, ARGV[i])
  if found ~= ARGV[i + 1] then return 'changed' end
end

local numbers = {}
for i = 6, #ARGV, 4 do
  redis.call('HSET', orders, ARGV[i], ARGV[i + 2])
  numbers[ARGV[i + 3]] = true
end
redis.call('HDEL', details, viewer)
for _, member in ipairs(own) do
  redis.call('HDEL', contacts, string.match(member, '[^/]+$'))
end
for _, marks in ipairs({muted, banned}) do
  local mark = redis.call('HGET', marks, viewer)
  if mark then
    redis.call('HSET', marks, viewer, (string.gsub(mark, '"cause":".*"}$', '"cause":""}')))
  end
end
for i, entry in ipairs(redis.call('LRANGE', ticker, 0, -1)) do
  if numbers[string.match(entry, '^{"n":(%d+),') or ''] then
    local masked = string.gsub(entry, '"name":".-%*%*"', '"name":"**"', 1)
    redis.call('LSET', ticker, i - 1, masked)
  end
end
redis.call('XADD', ledger, '*', 'k', 'erased', 'at', now, 'by', by, 'd', '{"viewer":"' .. viewer .. '"}')
redis.call('PUBLISH', channel, viewer)
return 'erased'
