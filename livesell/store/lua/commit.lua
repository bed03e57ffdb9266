#!lua
-- Writes down what a host's command changed, when nobody else was first.
-- KEYS: session cards offers units commands ledger
-- ARGV: expected_version command_id digest by now_ms channel record state shown ended_ms,
--   then a count and that many of each: (card record open price limit donation),
--   (card units_to_add), (fact_kind fact_json)
-- RETURNS: {word, number, digest}: committed version | dup version digest | missing 0 |
--   exists version | conflict version | below_zero units_left
local session, cards, offers, units, commands, ledger = unpack(KEYS)
local expected, command_id, digest, by, now = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local next_arg = 11

local function take(count)
  local first = next_arg
  next_arg = next_arg + count
  return unpack(ARGV, first, next_arg - 1)
end

local done = redis.call('HGET', commands, command_id)
if done then
  local version, first_digest = string.match(done, '^(%d+) (.*)$')
  return {'dup', tonumber(version), first_digest}
end

local version = tonumber(redis.call('HGET', session, 'version') or 0)
if version ~= expected then
  if version == 0 then return {'missing', 0, ''} end
  if expected == 0 then return {'exists', version, ''} end
  return {'conflict', version, ''}
end

-- Everything is checked before anything is written.
local changed, stocked = {}, {}
for _ = 1, tonumber(take(1)) do
  local card, record, open, price, limit, donation = take(6)
  changed[#changed + 1] = {card, record, open, price, limit, donation}
end
for _ = 1, tonumber(take(1)) do
  local card, added = take(2)
  local free = tonumber(redis.call('HGET', units, card .. ':free') or 0)
  if free + tonumber(added) < 0 then return {'below_zero', free, ''} end
  stocked[#stocked + 1] = {card, added}
end

version = version + 1
redis.call('HSET', session, 'version', version, 'record', ARGV[7], 'state', ARGV[8],
  'shown', ARGV[9], 'ended_ms', ARGV[10])
for _, one in ipairs(changed) do
  local card = one[1]
  redis.call('HSET', cards, card, one[2])
  redis.call('HSET', offers, card .. ':open', one[3], card .. ':price', one[4],
    card .. ':limit', one[5], card .. ':donation', one[6])
end
for _, one in ipairs(stocked) do
  redis.call('HINCRBY', units, one[1] .. ':allocated', one[2])
  redis.call('HINCRBY', units, one[1] .. ':free', one[2])
end
for _ = 1, tonumber(take(1)) do
  local kind, data = take(2)
  redis.call('XADD', ledger, '*', 'k', kind, 'at', now, 'by', by, 'd', data)
end
redis.call('HSET', commands, command_id, version .. ' ' .. digest)
redis.call('PUBLISH', ARGV[6], version)
return {'committed', version, digest}
