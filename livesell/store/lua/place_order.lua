#!lua
-- Places orders, each at most once, each wholly or not at all.
-- KEYS: session offers units tally timeline orders numbers by_viewer contacts buyers taken ticker ledger
-- ARGV: now_ms bucket count, then for each order: id viewer card units price, record (JSON without
--   n), contact (JSON or empty), ticker entry (JSON without n)
-- RETURNS: a list of {word, value}, one for each order: placed record | known record | not_live |
--   no_such_card | closed | price_changed price | limit left | sold_out left
local session, offers, units, tally, timeline, orders, numbers, by_viewer, contacts, buyers, taken, ticker, ledger = unpack(KEYS)
local now, bucket, count = ARGV[1], ARGV[2], tonumber(ARGV[3])
local TICKER_LENGTH = 5

-- Numbers above 10^14 would turn into "1e+15" by themselves.
local function whole(number)
  return string.format('%.0f', number)
end

local facts = redis.call('HMGET', session, 'state', 'shown')
local is_live, shown = facts[1] == 'live', facts[2]
local placed_before = tonumber(redis.call('HGET', tally, 'orders') or 0)

-- One card's facts, read once; `added` collects what the orders of this call add to its counts.
local known_cards = {}
local function card_of(id)
  if known_cards[id] == nil then
    local offer = redis.call('HMGET', offers, id .. ':open', id .. ':price', id .. ':limit',
      id .. ':donation')
    known_cards[id] = offer[2] and {
      is_open = offer[1] == '1',
      price = tonumber(offer[2]),
      limit = tonumber(offer[3]),
      donation = tonumber(offer[4]),
      free = tonumber(redis.call('HGET', units, id .. ':free') or 0),
      is_shown = id == shown,
      orders = 0, units = 0, ordered = 0,
    }
  end
  return known_cards[id]
end

local sums = {orders = 0, units = 0, ordered = 0, donated = 0, buyers = 0}
local tickers = {}

local function refusal_of(order, card)
  if not is_live then return {'not_live', ''} end
  if not card then return {'no_such_card', ''} end
  if not card.is_open then return {'closed', ''} end
  if order.price ~= card.price then return {'price_changed', whole(card.price)} end
  if card.limit then
    local left = card.limit - tonumber(redis.call('HGET', taken, order.viewer .. '/' .. order.card) or 0)
    if order.units > left then return {'limit', whole(math.max(0, left))} end
  end
  if order.units > card.free then return {'sold_out', whole(math.max(0, card.free))} end
  return nil
end

local function place(order, card)
  sums.orders = sums.orders + 1
  local n = placed_before + sums.orders
  local amount = order.units * order.price
  local record = '{"n":' .. n .. ',' .. string.sub(order.record, 2)
  local new_buyer = redis.call('SADD', buyers, order.viewer)
  redis.call('HSET', orders, order.id, record)
  redis.call('RPUSH', numbers, order.id)
  redis.call('ZADD', by_viewer, 0, string.format('%s/%09d/%s', order.viewer, n, order.id))
  if order.contact ~= '' then redis.call('HSET', contacts, order.id, order.contact) end
  redis.call('HINCRBY', taken, order.viewer .. '/' .. order.card, order.units)
  redis.call('XADD', ledger, '*', 'k', 'ordered', 'at', now, 'by', order.viewer, 'd', string.format(
    '{"id":"%s","n":%d,"viewer":"%s","card":"%s","units":%d,"price":%.0f,"amount":%.0f,' ..
    '"window":%d,"donation":%.0f,"new_buyer":%d}',
    order.id, n, order.viewer, order.card, order.units, order.price, amount,
    card.is_shown and 1 or 0, card.donation, new_buyer))
  tickers[#tickers + 1] = '{"n":' .. n .. ',' .. string.sub(order.ticker, 2)
  card.free = card.free - order.units
  card.orders = card.orders + 1
  card.units = card.units + order.units
  card.ordered = card.ordered + amount
  sums.units = sums.units + order.units
  sums.ordered = sums.ordered + amount
  sums.donated = sums.donated + card.donation * order.units
  sums.buyers = sums.buyers + new_buyer
  return {'placed', record}
end

local function answer(order)
  local known = redis.call('HGET', orders, order.id)
  if known then return {'known', known} end
  local card = card_of(order.card)
  return refusal_of(order, card) or place(order, card)
end

local answers = {}
for i = 0, count - 1 do
  local at = 4 + i * 8
  answers[i + 1] = answer({
    id = ARGV[at], viewer = ARGV[at + 1], card = ARGV[at + 2],
    units = tonumber(ARGV[at + 3]), price = tonumber(ARGV[at + 4]),
    record = ARGV[at + 5], contact = ARGV[at + 6], ticker = ARGV[at + 7],
  })
end
if sums.orders == 0 then return answers end

local function add(key, field, number)
  if number ~= 0 then redis.call('HINCRBY', key, field, whole(number)) end
end
for id, card in pairs(known_cards) do
  if card and card.orders > 0 then
    add(units, id .. ':free', -card.units)
    add(units, id .. ':sold', card.units)
    add(units, id .. ':orders', card.orders)
    add(units, id .. ':units', card.units)
    add(units, id .. ':ordered', card.ordered)
    if card.is_shown then
      add(units, id .. ':window_orders', card.orders)
      add(units, id .. ':window_units', card.units)
      add(units, id .. ':window_ordered', card.ordered)
    end
  end
end
for name, number in pairs(sums) do
  add(tally, name, number)
end
for _, name in ipairs({'orders', 'units', 'ordered'}) do
  add(timeline, bucket .. ':' .. name, sums[name])
end
for i = math.max(1, #tickers - TICKER_LENGTH + 1), #tickers do
  redis.call('LPUSH', ticker, tickers[i])
end
redis.call('LTRIM', ticker, 0, TICKER_LENGTH - 1)
return answers
