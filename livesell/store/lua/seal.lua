#!lua
-- Puts a seal on the ledger, unless ledger or seals are others than those that were hashed.
-- KEYS: ledger seals
-- ARGV: how many seals there were, the digest of the last of them (empty for none), entries, last_id,
--   the seal (JSON without prints), its prints
-- RETURNS: 1 when sealed, else 0
local ledger, seals = unpack(KEYS)
local count, entries = redis.call('LLEN', seals), redis.call('XLEN', ledger)
if count ~= 2 * tonumber(ARGV[1]) or entries ~= tonumber(ARGV[3]) then return 0 end
if count > 0 and not string.find(redis.call('LINDEX', seals, -2), ARGV[2], 1, true) then return 0 end
local newest = redis.call('XREVRANGE', ledger, '+', '-', 'COUNT', 1)
if not newest[1] or newest[1][1] ~= ARGV[4] then return 0 end
redis.call('RPUSH', seals, ARGV[5], ARGV[6])
return 1
