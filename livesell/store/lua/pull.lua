#!lua flags=no-writes
-- Reads all that a tick needs; the records only when they are newer than the caller's.
-- KEYS: session cards units tally ticker leases holds lapses
-- ARGV: known_version (0 for none)
-- RETURNS: {version, units, tally, ticker, leases, first hold, first lapse, record, cards}, hashes
--   as flat lists, the firsts as {member, time} or empty; record and cards are empty when
--   known_version is the version; {0} when there is no such session
local session, cards, units, tally, ticker, leases, holds, lapses = unpack(KEYS)

local version = tonumber(redis.call('HGET', session, 'version') or 0)
if version == 0 then return {0} end
local answer = {
  version,
  redis.call('HGETALL', units),
  redis.call('HGETALL', tally),
  redis.call('LRANGE', ticker, 0, -1),
  redis.call('HGETALL', leases),
  redis.call('ZRANGE', holds, 0, 0, 'WITHSCORES'),
  redis.call('ZRANGE', lapses, 0, 0, 'WITHSCORES'),
  '',
  {},
}
if version ~= tonumber(ARGV[1]) then
  answer[8] = redis.call('HGET', session, 'record')
  answer[9] = redis.call('HGETALL', cards)
end
return answer
