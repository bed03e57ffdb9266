#!lua flags=no-writes
-- Reads all that a tick needs; records and offers only when they are newer than the caller's.
-- KEYS: session cards units tally ticker leases holds lapses entries banned
-- ARGV: known_version (0 for none) known_queue known_bans (-1 for none)
-- RETURNS: {version, units, tally, ticker, leases, first hold, first lapse, record, cards, queue,
--   offers, bans, banned}, hashes as flat lists, the firsts as {member, time} or empty; record and cards are
--   empty when known_version is the version, offers ('<card>/<viewer>', its entry, and so on) when
--   known_queue is queue, banned (viewers) when known_bans is bans; {0} when there is no such session
local session, cards, units, tally, ticker, leases, holds, lapses, entries, banned = unpack(KEYS)

local counts = redis.call('HMGET', session, 'version', 'queue', 'bans')
local version, queue, bans = tonumber(counts[1] or 0), tonumber(counts[2] or 0), tonumber(counts[3] or 0)
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
  queue,
  {},
  bans,
  {},
}
if version ~= tonumber(ARGV[1]) then
  answer[8] = redis.call('HGET', session, 'record')
  answer[9] = redis.call('HGETALL', cards)
end
if queue ~= tonumber(ARGV[2]) then
  for i, field in ipairs(redis.call('ZRANGE', lapses, 0, -1)) do
    answer[11][2 * i - 1] = field
    answer[11][2 * i] = redis.call('HGET', entries, field) or ''
  end
end
if bans ~= tonumber(ARGV[3]) then answer[13] = redis.call('HKEYS', banned) end
return answer
