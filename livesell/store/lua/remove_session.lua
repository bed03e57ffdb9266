#!lua
-- Removes a session of which a verified archive exists, unless anything of it has changed since.
-- KEYS: every
-- ARGV: channel version last_id, then for each key, in order: its name, how many rows of it were
--   archived (-1 for whatever), the sum of their digests (empty for whatever)
-- RETURNS: removed | gone | the name of a key that has changed
local every = KEYS

local place = {}
for i = 1, #every do
  place[ARGV[1 + i * 3]] = every[i]
end
local version = redis.call('HGET', place.session, 'version')
if not version then return 'gone' end
if version ~= ARGV[2] then return 'session' end
local newest = redis.call('XREVRANGE', place.ledger, '+', '-', 'COUNT', 1)
if not newest[1] or newest[1][1] ~= ARGV[3] then return 'ledger' end

local LENGTH = {hash = 'HLEN', list = 'LLEN', set = 'SCARD', zset = 'ZCARD', stream = 'XLEN'}
local function length_of(key)
  local kind = redis.call('TYPE', key).ok
  if kind == 'none' then return 0 end
  if kind == 'string' then return 1 end
  return redis.call(LENGTH[kind], key)
end

-- The first 48 bits of each row's digest, added up modulo 2^52: the same in whatever order.
local function sum_of(key)
  local sum = 0
  local rows = redis.call('TYPE', key).ok == 'hash' and redis.call('HGETALL', key) or {}
  for i = 1, #rows, 2 do
    local digest = redis.sha1hex(#rows[i] .. ':' .. rows[i] .. rows[i + 1])
    sum = (sum + tonumber(string.sub(digest, 1, 12), 16)) % 4503599627370496
  end
  return string.format('%.0f', sum)
end

for i = 1, #every do
  local name, rows, sum = ARGV[1 + i * 3], ARGV[2 + i * 3], ARGV[3 + i * 3]
  if rows ~= '-1' and length_of(every[i]) ~= tonumber(rows) then return name end
  if sum ~= '' and sum_of(every[i]) ~= sum then return name end
end
redis.call('UNLINK', unpack(every))
redis.call('PUBLISH', ARGV[1], version)
return 'removed'
