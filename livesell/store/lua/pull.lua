#!lua flags=no-writes
-- Reads all that a tick needs; the records only when they are newer than the caller's.
-- KEYS: session cards units tally ticker leases
-- ARGV: known_version (0 for none)
-- RETURNS: {version, units, tally, ticker, leases, record, cards}, hashes as flat lists; record
--   and cards are empty when known_version is the version; {0} when there is no such session
local session, cards, units, tally, ticker, leases = unpack(KEYS)

local version = tonumber(redis.call('HGET', session, 'version') or 0)
if version == 0 then return {0} end
local answer = {
  version,
  redis.call('HGETALL', units),
  redis.call('HGETALL', tally),
  redis.call('LRANGE', ticker, 0, -1),
  redis.call('HGETALL', leases),
  '',
  {},
}
if version ~= tonumber(ARGV[1]) then
  answer[6] = redis.call('HGET', session, 'record')
  answer[7] = redis.call('HGETALL', cards)
end
return answer
