#!lua
-- Places orders, each at most once, each wholly or not at all.
-- KEYS: session offers units tally timeline orders numbers by_viewer contacts details buyers taken ticker holds entries lapses muted banned ledger
-- ARGV: now_ms bucket hold_until_ms (0: payment on delivery) count, then for each order: id viewer
--   card units price way by, record (JSON without what is known only here), contact (JSON or
--   empty), ticker entry (JSON without n)
-- RETURNS: a list of {word, value}, one for each order: placed record | known record | banned |
--   not_live | no_such_card | closed | price_changed price | limit left | sold_out left | due_holds left
--   (sold out, but holds have run out that nobody has released yet)
local session, offers, units, tally, timeline, orders, numbers, by_viewer, contacts, details, buyers, taken, ticker, holds, entries, lapses, muted, banned, ledger = unpack(KEYS)
local now, bucket, hold_until, count = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local TICKER_LENGTH = 5

-- Numbers above 10^14 would turn into "1e+15" by themselves.
local function whole(number)
  return string.format('%.0f', number)
end

local facts = redis.call('HMGET', session, 'state', 'shown', 'rehearsal')
local state, shown = facts[1], facts[2]
-- Nobody pays in a rehearsal, however this shop is paid.
if facts[3] then hold_until = 0 end
-- What a caller orders is typed in before, during and after the show, but never without one.
local takes_offline = state and state ~= 'draft' and state ~= 'cancelled' and state ~= 'missed'
local numbered = redis.call('LLEN', numbers)
-- Nobody is asked about one by one while nobody is banned, or muted.
local has_banned, has_muted = redis.call('HLEN', banned) > 0, redis.call('HLEN', muted) > 0
local placed = 0

-- A stock's pieces and claims, read once; `taken` collects what the orders of this call take.
local known_stocks = {}
local function stock_of(id)
  local stock = known_stocks[id]
  if stock then return stock end
  local counts = redis.call('HMGET', units, id .. ':free', id .. ':flash', id .. ':offered',
    id .. ':waiting')
  local offer = redis.call('HMGET', offers, id .. ':safety', id .. ':flash_until')
  stock = {
    free = tonumber(counts[1] or 0), flash = 0, offered = tonumber(counts[3] or 0),
    waiting = tonumber(counts[4] or 0), safety = tonumber(offer[1] or 0),
    taken = {free = 0, held = 0, sold = 0, flash = 0, offered = 0},
  }
  -- A flash sale's claim is void by the clock, before anybody has tidied it up.
  if now < tonumber(offer[2] or 0) then stock.flash = tonumber(counts[2] or 0) end
  known_stocks[id] = stock
  return stock
end

-- One card's facts, read once, with what the orders of this call add to its counts.
local known_cards = {}
local function card_of(id)
  if known_cards[id] ~= nil then return known_cards[id] end
  local offer = redis.call('HMGET', offers, id .. ':open', id .. ':price', id .. ':limit',
    id .. ':donation', id .. ':lines', id .. ':per_order', id .. ':sold_out', id .. ':flash')
  local card = false
  if offer[2] then
    card = {
      id = id, is_open = offer[1] == '1', price = tonumber(offer[2]), limit = tonumber(offer[3]),
      donation = tonumber(offer[4]), per_order = tonumber(offer[6]), lines = {},
      is_sold_out = offer[7] == '1', is_shown = id == shown, orders = 0, units = 0, ordered = 0,
    }
    for source, pieces in string.gmatch(offer[5], '([^ *]+)%*(%d+)') do
      card.lines[#card.lines + 1] = {id = source, stock = stock_of(source), pieces = tonumber(pieces)}
    end
    local flash, price, limit, starts, ends = string.match(offer[8], '^(%S+) (%d+) (%S+) (%d+) (%d+)$')
    if flash and tonumber(starts) <= now and now < tonumber(ends) then
      card.flash = {id = flash, price = tonumber(price), limit = tonumber(limit)}
    end
  end
  known_cards[id] = card
  return card
end

-- The flash sale that this card can be ordered in now, if anything is left of it.
local function flash_of(card)
  local own = card.lines[1]
  if card.flash and math.min(own.stock.flash, own.stock.free) >= own.pieces then return card.flash end
  return nil
end

-- The pieces that the waitlist offers this viewer now; 0 for most.
local function offer_of(order, card)
  if card.lines[1].stock.offered <= 0 then return 0 end
  local entry = redis.call('HGET', entries, order.card .. '/' .. order.viewer)
  if not entry then return 0 end
  local pieces, until_ms = string.match(entry, '^offered (%d+) (%d+)$')
  return pieces and now < tonumber(until_ms) and tonumber(pieces) or 0
end

-- How many units there are for this order; a flash sale and an offer have pieces of their own.
local function most_units(order, card)
  local most = math.huge
  for i, line in ipairs(card.lines) do
    local stock = line.stock
    local safety = order.is_offline and 0 or stock.safety
    local have = math.max(0, stock.free - safety - stock.flash - stock.offered - stock.waiting)
    if i == 1 and order.flash then have = math.min(stock.flash, stock.free) end
    if i == 1 and order.offer > 0 then have = math.min(stock.free, have + order.offer) end
    most = math.min(most, math.floor(have / line.pieces))
  end
  return most
end

-- Whether a hold has run out whose pieces nobody has released yet; asked once.
local due_holds
local function has_due_holds()
  if due_holds == nil then
    due_holds = #redis.call('ZRANGEBYSCORE', holds, '-inf', now, 'LIMIT', 0, 1) == 1
  end
  return due_holds
end

local function limit_of(order, card)
  local left = card.per_order or math.huge
  local limit, counted = card.limit, order.viewer .. '/' .. order.card
  if order.flash and order.flash.limit then
    limit, counted = order.flash.limit, counted .. '/' .. order.flash.id
  end
  if limit then
    left = math.min(left, limit - tonumber(redis.call('HGET', taken, counted) or 0))
  end
  return math.max(0, left)
end

local function refusal_online(order, card)
  if has_banned and redis.call('HEXISTS', banned, order.viewer) == 1 then return {'banned', ''} end
  if state ~= 'live' then return {'not_live', ''} end
  if not card then return {'no_such_card', ''} end
  if not card.is_open then return {'closed', ''} end
  local flash = flash_of(card)
  order.offer = offer_of(order, card)
  -- Who has an offer may have it at the card's price while a flash sale runs beside it.
  if flash and not (order.offer > 0 and order.price == card.price) then
    order.flash, order.offer = flash, 0
  end
  local price = order.flash and order.flash.price or card.price
  if order.price ~= price then
    local is_late = card.flash and not flash and order.price == card.flash.price
    if is_late and has_due_holds() then return {'due_holds', '0'} end
    return {'price_changed', whole(price)}
  end
  local allowed = limit_of(order, card)
  if order.units > allowed then return {'limit', whole(allowed)} end
  if card.is_sold_out and order.offer == 0 then return {'sold_out', '0'} end
  return nil
end

local function refusal_offline(card)
  if not takes_offline then return {'not_live', ''} end
  if not card then return {'no_such_card', ''} end
  return nil
end

local function refusal_of(order, card)
  local refusal
  if order.is_offline then refusal = refusal_offline(card) else refusal = refusal_online(order, card) end
  if refusal then return refusal end
  local most = most_units(order, card)
  if order.units > most then return {has_due_holds() and 'due_holds' or 'sold_out', whole(most)} end
  return nil
end

-- Takes the pieces out of each stock; returns the lines as JSON.
local function take_lines(order, card, is_held)
  local lines = {}
  for i, line in ipairs(card.lines) do
    local pieces, stock = line.pieces * order.units, line.stock
    local where = is_held and 'held' or 'sold'
    stock.free, stock.taken.free = stock.free - pieces, stock.taken.free - pieces
    stock.taken[where] = stock.taken[where] + pieces
    if i == 1 and order.flash then
      stock.flash, stock.taken.flash = stock.flash - pieces, stock.taken.flash - pieces
    end
    if i == 1 and order.offer > 0 then
      stock.offered, stock.taken.offered = stock.offered - order.offer, stock.taken.offered - order.offer
    end
    lines[i] = string.format('["%s",%.0f]', line.id, pieces)
  end
  return '[' .. table.concat(lines, ',') .. ']'
end

local function take_offer(order, card)
  local name = order.card .. '/' .. order.viewer
  redis.call('HSET', entries, name, string.format('taken %.0f %.0f', order.offer, now))
  redis.call('ZREM', lapses, name)
  redis.call('XADD', ledger, '*', 'k', 'offer_taken', 'at', whole(now), 'by', order.viewer, 'd',
    string.format('{"card":"%s","stock":"%s","viewer":"%s","pieces":%.0f}', order.card,
      card.lines[1].id, order.viewer, order.offer))
  -- The viewer is told, and what was offered and not ordered goes to the next in the queue.
  redis.call('HINCRBY', session, 'queue', 1)
  redis.call('PUBLISH', (string.gsub(session, 'session$', 'wake')), 'queue')
end

-- Who gives a contact is not asked for it again; who gives none gets the one given before.
local function remember_contact(order)
  local contact = order.contact
  if order.is_offline then
    if contact ~= '' then redis.call('HSET', contacts, order.id, contact) end
    return
  end
  if contact ~= '' then
    redis.call('HSET', details, order.viewer, contact)
  else
    contact = redis.call('HGET', details, order.viewer)
  end
  if contact then redis.call('HSET', contacts, order.id, contact) end
end

local sums = {
  orders = 0, units = 0, ordered = 0, donated = 0, buyers = 0, held_orders = 0, held_amount = 0,
  offline_orders = 0, offline_units = 0, offline_amount = 0,
}
local tickers = {}

local function count_online(order, card, amount, is_held, n)
  local name = order.viewer .. '/' .. order.card
  redis.call('HINCRBY', taken, name, order.units)
  if order.flash then redis.call('HINCRBY', taken, name .. '/' .. order.flash.id, order.units) end
  if redis.call('HINCRBY', buyers, order.viewer, 1) == 1 then sums.buyers = sums.buyers + 1 end
  local entry = order.ticker
  if has_muted and redis.call('HEXISTS', muted, order.viewer) == 1 then
    entry = string.gsub(entry, '"name":".-%*%*"', '"name":"**"', 1)
  end
  tickers[#tickers + 1] = '{"n":' .. n .. ',' .. string.sub(entry, 2)
  card.orders = card.orders + 1
  card.units = card.units + order.units
  card.ordered = card.ordered + amount
  sums.orders = sums.orders + 1
  sums.units = sums.units + order.units
  sums.ordered = sums.ordered + amount
  if is_held then
    sums.held_orders = sums.held_orders + 1
    sums.held_amount = sums.held_amount + amount
  else
    sums.donated = sums.donated + card.donation * order.units
  end
end

local function count_offline(order, amount)
  sums.offline_orders = sums.offline_orders + 1
  sums.offline_units = sums.offline_units + order.units
  sums.offline_amount = sums.offline_amount + amount
end

local function place(order, card)
  placed = placed + 1
  local n = numbered + placed
  local amount = order.units * order.price
  local is_held = hold_until > 0 and amount > 0 and not order.is_offline
  local donation = order.is_offline and 0 or card.donation
  local is_in_window = card.is_shown and not order.is_offline
  local flash = order.flash and order.flash.id or ''
  local stands = is_held and 'held' or 'placed'
  local lines = take_lines(order, card, is_held)
  local record = string.format('{"n":%d,"state":"%s","lines":%s,%s%s%s%s%s', n, stands, lines,
    is_in_window and '"window":true,' or '',
    donation > 0 and string.format('"donation":%.0f,', donation) or '',
    flash ~= '' and '"flash":"' .. flash .. '",' or '',
    is_held and string.format('"hold_until_ms":%.0f,', hold_until) or '',
    string.sub(order.record, 2))
  redis.call('HSET', orders, order.id, record)
  redis.call('RPUSH', numbers, order.id)
  redis.call('ZADD', by_viewer, 0, string.format('%s/%09d/%s', order.viewer, n, order.id))
  if is_held then redis.call('ZADD', holds, hold_until, order.id) end
  remember_contact(order)
  redis.call('XADD', ledger, '*', 'k', 'ordered', 'at', whole(now), 'by', order.by, 'd',
    string.format('{"id":"%s","n":%d,"viewer":"%s","card":"%s","units":%d,"price":%.0f,' ..
      '"amount":%.0f,"window":%d,"donation":%.0f,"lines":%s,"state":"%s","way":"%s",' ..
      '"flash":"%s","offer":%d}',
      order.id, n, order.viewer, order.card, order.units, order.price, amount,
      is_in_window and 1 or 0, donation, lines, stands, order.way, flash,
      order.offer > 0 and 1 or 0))
  if order.offer > 0 then take_offer(order, card) end
  if order.is_offline then
    -- The card's own count stays as it is, and says from now on that it was ordered.
    redis.call('HINCRBY', units, order.card .. ':orders', 0)
    count_offline(order, amount)
  else
    count_online(order, card, amount, is_held, n)
  end
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
  local at = 5 + i * 10
  answers[i + 1] = answer({
    id = ARGV[at], viewer = ARGV[at + 1], card = ARGV[at + 2],
    units = tonumber(ARGV[at + 3]), price = tonumber(ARGV[at + 4]),
    way = ARGV[at + 5], is_offline = ARGV[at + 5] == 'offline', by = ARGV[at + 6],
    record = ARGV[at + 7], contact = ARGV[at + 8], ticker = ARGV[at + 9], offer = 0,
  })
end
if placed == 0 then return answers end

local function add(key, field, number)
  if number ~= 0 then redis.call('HINCRBY', key, field, whole(number)) end
end
for id, stock in pairs(known_stocks) do
  for name, number in pairs(stock.taken) do
    add(units, id .. ':' .. name, number)
  end
end
for id, card in pairs(known_cards) do
  if card and card.orders > 0 then
    for _, name in ipairs({'orders', 'units', 'ordered'}) do
      add(units, id .. ':' .. name, card[name])
      if card.is_shown then add(units, id .. ':window_' .. name, card[name]) end
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
