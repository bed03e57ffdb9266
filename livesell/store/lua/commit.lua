#!lua
-- Writes down what a host's command changed, when nobody else was first.
-- KEYS: session cards offers units commands ledger
-- ARGV: expected_version command_id digest by now_ms channel is_change record state shown ended_ms,
--   then a count and that many of each: (card record open price limit donation lines per_order
--   safety sold_out flash), (card pieces_to_add), (card claimed_pieces until_ms),
--   (removed_card), (fact_kind fact_json); with is_change 0 only the command is remembered
-- RETURNS: {word, number, digest}: committed version | dup version digest | missing 0 |
--   exists version | conflict version | below_zero pieces_left |
--   flash_short pieces_left | ordered 0
local session, cards, offers, units, commands, ledger = unpack(KEYS)
local expected, command_id, digest, by, now = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local OFFER = {':open', ':price', ':limit', ':donation', ':lines', ':per_order', ':safety',
  ':sold_out', ':flash'}
local next_arg = 12

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

if ARGV[7] == '0' then
  redis.call('HSET', commands, command_id, version .. ' ' .. digest)
  return {'committed', version, digest}
end

-- A stock's free pieces and what of them is promised; `flash` only while its time lasts.
local function stock_of(card)
  local counts = redis.call('HMGET', units, card .. ':free', card .. ':offered',
    card .. ':waiting', card .. ':flash')
  local offer = redis.call('HMGET', offers, card .. ':safety', card .. ':flash_until')
  local has_flash = tonumber(now) < tonumber(offer[2] or 0)
  return {
    free = tonumber(counts[1] or 0), offered = tonumber(counts[2] or 0),
    waiting = tonumber(counts[3] or 0), flash = has_flash and tonumber(counts[4] or 0) or 0,
    safety = tonumber(offer[1] or 0),
  }
end

-- These fields are there from the first order or queue on, and stay when they are 0 again.
local function was_wanted(card)
  local counts = redis.call('HMGET', units, card .. ':orders', card .. ':held', card .. ':sold',
    card .. ':waiting')
  return counts[1] or counts[2] or counts[3] or counts[4]
end

-- Everything is checked before anything is written.
local changed, stocked, claimed, removed = {}, {}, {}, {}
for _ = 1, tonumber(take(1)) do
  changed[#changed + 1] = {take(2 + #OFFER)}
end
for _ = 1, tonumber(take(1)) do
  local card, added = take(2)
  if tonumber(added) < 0 then
    local stock = stock_of(card)
    local left = math.max(0, stock.free - stock.safety - stock.offered - stock.flash)
    if left + tonumber(added) < 0 then return {'below_zero', left, ''} end
  end
  stocked[#stocked + 1] = {card, added}
end
for _ = 1, tonumber(take(1)) do
  local card, pieces, until_ms = take(3)
  if tonumber(pieces) > 0 then
    local stock = stock_of(card)
    local left = math.max(0, stock.free - stock.safety - stock.offered - stock.waiting)
    if left < tonumber(pieces) then return {'flash_short', left, ''} end
  end
  claimed[#claimed + 1] = {card, pieces, until_ms}
end
for _ = 1, tonumber(take(1)) do
  local card = take(1)
  if was_wanted(card) then return {'ordered', 0, ''} end
  removed[#removed + 1] = card
end

version = version + 1
redis.call('HSET', session, 'version', version, 'record', ARGV[8], 'state', ARGV[9],
  'shown', ARGV[10], 'ended_ms', ARGV[11])
for _, one in ipairs(changed) do
  redis.call('HSET', cards, one[1], one[2])
  local fields = {}
  for i, name in ipairs(OFFER) do
    fields[2 * i - 1], fields[2 * i] = one[1] .. name, one[2 + i]
  end
  redis.call('HSET', offers, unpack(fields))
end
for _, one in ipairs(stocked) do
  redis.call('HINCRBY', units, one[1] .. ':allocated', one[2])
  redis.call('HINCRBY', units, one[1] .. ':free', one[2])
end
for _, one in ipairs(claimed) do
  redis.call('HSET', units, one[1] .. ':flash', one[2])
  redis.call('HSET', offers, one[1] .. ':flash_until', one[3])
end
for _, card in ipairs(removed) do
  redis.call('HDEL', cards, card)
  redis.call('HDEL', units, card .. ':allocated', card .. ':free', card .. ':flash')
  redis.call('HDEL', offers, card .. ':flash_until')
  for _, name in ipairs(OFFER) do
    redis.call('HDEL', offers, card .. name)
  end
end
for _ = 1, tonumber(take(1)) do
  local kind, data = take(2)
  redis.call('XADD', ledger, '*', 'k', kind, 'at', now, 'by', by, 'd', data)
end
redis.call('HSET', commands, command_id, version .. ' ' .. digest)
redis.call('PUBLISH', ARGV[6], version)
return {'committed', version, digest}
