#!lua
-- Takes one order from one state to the next, when it is still as the caller read it.
-- KEYS: offers units tally timeline orders buyers taken holds refunds ticker ledger
-- ARGV: order_id before after (records, JSON) now_ms by channel viewer n hold_until_ms (empty
--   takes the hold away) ticker (empty, drop or mask) buyer (-1, 0 or 1) refund_id refund (JSON;
--   both empty without one) claim_pieces claim_card claim_flash claim_stock (0 and empty without
--   one), then a count and that many of each: (units field, number), (tally field, number),
--   (timeline field, number), (taken field, number), (stock card, pieces needed), (fact_kind
--   fact_json)
-- RETURNS: {word, what}: settled n | changed record | gone '' | sold_out pieces_left |
--   refund_known refund
local offers, units, tally, timeline, orders, buyers, taken, holds, refunds, ticker, ledger = unpack(KEYS)
local order_id, before, after, now, by = unpack(ARGV, 1, 5)
local channel, viewer, n, hold, ticker_change, buyer = unpack(ARGV, 6, 11)
local refund_id, refund = ARGV[12], ARGV[13]
local claim = {pieces = tonumber(ARGV[14]), card = ARGV[15], flash = ARGV[16], stock = ARGV[17]}
local next_arg = 18

local function pairs_of_arguments()
  local found = {}
  local count = tonumber(ARGV[next_arg])
  for i = 1, count do
    found[i] = {ARGV[next_arg + 2 * i - 1], ARGV[next_arg + 2 * i]}
  end
  next_arg = next_arg + 1 + 2 * count
  return found
end

local function number_at(key, field)
  return tonumber(redis.call('HGET', key, field) or 0) or 0
end

-- Whether the flash sale that the order was placed in still runs.
local function claim_runs()
  if claim.pieces == 0 then return false end
  local offer = redis.call('HGET', offers, claim.card .. ':flash') or ''
  local id, starts, ends = string.match(offer, '^(%S+) %S+ %S+ (%d+) (%d+)$')
  return id == claim.flash and tonumber(starts) <= tonumber(now) and tonumber(now) < tonumber(ends)
end

-- What the public may take of a stock card now: free pieces that are promised to nobody.
local function available(card)
  local left = number_at(units, card .. ':free') - number_at(offers, card .. ':safety')
    - number_at(units, card .. ':offered') - number_at(units, card .. ':waiting')
  if tonumber(now) < number_at(offers, card .. ':flash_until') then
    left = left - number_at(units, card .. ':flash')
  end
  return math.max(0, left)
end

local found = redis.call('HGET', orders, order_id)
if not found then return {'gone', ''} end
if found ~= before then return {'changed', found} end
if refund_id ~= '' then
  local known = redis.call('HGET', refunds, refund_id)
  if known then return {'refund_known', known} end
end

local to_units, to_tally, to_timeline, to_taken =
  pairs_of_arguments(), pairs_of_arguments(), pairs_of_arguments(), pairs_of_arguments()
local needs, facts = pairs_of_arguments(), pairs_of_arguments()

-- Everything is checked before anything is written.
local is_claimed = claim_runs()
if is_claimed and claim.pieces < 0 then
  is_claimed = number_at(units, claim.stock .. ':flash') + claim.pieces >= 0
end
for _, need in ipairs(needs) do
  local pieces = tonumber(need[2])
  if is_claimed and need[1] == claim.stock then pieces = pieces + claim.pieces end
  local left = available(need[1])
  if pieces > left then return {'sold_out', string.format('%.0f', left)} end
end

redis.call('HSET', orders, order_id, after)
for _, one in ipairs(to_units) do redis.call('HINCRBY', units, one[1], one[2]) end
for _, one in ipairs(to_tally) do redis.call('HINCRBY', tally, one[1], one[2]) end
for _, one in ipairs(to_timeline) do redis.call('HINCRBY', timeline, one[1], one[2]) end
for _, one in ipairs(to_taken) do
  if redis.call('HINCRBY', taken, one[1], one[2]) == 0 then redis.call('HDEL', taken, one[1]) end
end
if is_claimed then
  redis.call('HINCRBY', units, claim.stock .. ':flash', string.format('%.0f', claim.pieces))
end

if buyer ~= '0' then
  local standing = redis.call('HINCRBY', buyers, viewer, buyer)
  if standing == 0 then
    redis.call('HDEL', buyers, viewer)
    redis.call('HINCRBY', tally, 'buyers', -1)
  elseif standing == 1 and buyer == '1' then
    redis.call('HINCRBY', tally, 'buyers', 1)
  end
end

if hold == '' then
  redis.call('ZREM', holds, order_id)
else
  redis.call('ZADD', holds, hold, order_id)
end
if refund_id ~= '' then redis.call('HSET', refunds, refund_id, refund) end

-- An entry of the ticker begins with the order's number.
if ticker_change ~= '' then
  local beginning = '{"n":' .. n .. ','
  for i, entry in ipairs(redis.call('LRANGE', ticker, 0, -1)) do
    if string.sub(entry, 1, #beginning) == beginning then
      if ticker_change == 'drop' then
        redis.call('LREM', ticker, 1, entry)
      else
        local masked = string.gsub(entry, '"name":".-%*%*"', '"name":"**"', 1)
        redis.call('LSET', ticker, i - 1, masked)
      end
    end
  end
end

for _, fact in ipairs(facts) do
  redis.call('XADD', ledger, '*', 'k', fact[1], 'at', now, 'by', by, 'd', fact[2])
end
redis.call('PUBLISH', channel, n)
return {'settled', n}
