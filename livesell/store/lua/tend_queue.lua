#!lua
-- Ends the offers whose time is over and offers what is free to those who wait, first come first.
-- KEYS: session offers units waiting entries lapses ledger
-- ARGV: now_ms offer_ms most_steps channel
-- RETURNS: when to tend again, epoch ms; 0 when only a change of the session can make a difference
local session, offers, units, waiting, entries, lapses, ledger = unpack(KEYS)
local now, offer_ms, most_steps, channel = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
-- Clocks of several machines differ by less. An offer that lives longer than this and its time was
-- made by a clock that has been set back since.
local SKEW_MS = 10000
local steps, is_changed = 0, false

local session_facts = redis.call('HMGET', session, 'state', 'record')
local is_live = session_facts[1] == 'live'
local is_on_air = is_live or session_facts[1] == 'paused'

local function whole(number)
  return string.format('%.0f', number)
end

-- What one unit of a card takes; the first line is the stock that it is sold from.
local lines_known = {}
local function lines_of(card)
  if not lines_known[card] then
    local lines = {}
    for stock, pieces in string.gmatch(redis.call('HGET', offers, card .. ':lines'), '(%S+)%*(%d+)') do
      lines[#lines + 1] = {stock = stock, pieces = tonumber(pieces)}
    end
    lines_known[card] = lines
  end
  return lines_known[card]
end

local function entry_of(field)
  local state, pieces, number = string.match(redis.call('HGET', entries, field) or '',
    '^(%a+) (%d+) (%d+)$')
  return state, tonumber(pieces or 0), tonumber(number or 0)
end

local function claim(card, name, pieces)
  redis.call('HINCRBY', units, lines_of(card)[1].stock .. ':' .. name, whole(pieces))
end

local function change(card, viewer, state, pieces, number, kind, more)
  redis.call('HSET', entries, card .. '/' .. viewer,
    state .. ' ' .. whole(pieces) .. ' ' .. whole(number))
  redis.call('XADD', ledger, '*', 'k', kind, 'at', ARGV[1], 'by', 'timer', 'd', string.format(
    '{"card":"%s","stock":"%s","viewer":"%s","pieces":%s%s}', card, lines_of(card)[1].stock, viewer,
    whole(pieces), more or ''))
  is_changed = true
end

local function lapse(field)
  local state, pieces, until_ms = entry_of(field)
  redis.call('ZREM', lapses, field)
  steps = steps + 1
  if state ~= 'offered' then return end
  local card, viewer = string.match(field, '^([^/]+)/(.+)$')
  claim(card, 'offered', -pieces)
  change(card, viewer, 'lapsed', pieces, until_ms, 'offer_lapsed')
end

local function drop(member)
  local card, viewer = string.match(member, '^([^/]+)/%d+/(.+)$')
  local state, pieces, seq = entry_of(card .. '/' .. viewer)
  redis.call('ZREM', waiting, member)
  steps = steps + 1
  if state ~= 'waiting' then return end
  claim(card, 'waiting', -pieces)
  change(card, viewer, 'left', pieces, seq, 'queue_left')
end

local function shorten(field, until_ms)
  local state, pieces = entry_of(field)
  redis.call('ZADD', lapses, whole(until_ms), field)
  if state == 'offered' then
    redis.call('HSET', entries, field, 'offered ' .. whole(pieces) .. ' ' .. whole(until_ms))
  end
  steps, is_changed = steps + 1, true
end

-- The pieces of a stock that no sale, reserve or offer has a claim on.
local function unclaimed(stock)
  local counts = redis.call('HMGET', units, stock .. ':free', stock .. ':flash', stock .. ':offered')
  local reserves = redis.call('HMGET', offers, stock .. ':safety', stock .. ':flash_until')
  local flash = now < tonumber(reserves[2] or 0) and tonumber(counts[2] or 0) or 0
  return tonumber(counts[1] or 0) - tonumber(reserves[1] or 0) - flash - tonumber(counts[3] or 0)
end

-- Gifts are not claimed by an offer, so those of the live offers are counted when it matters.
local promised
local function promise(card, pieces)
  local lines = lines_of(card)
  for i = 2, #lines do
    local gifts = pieces / lines[1].pieces * lines[i].pieces
    promised[lines[i].stock] = (promised[lines[i].stock] or 0) + gifts
  end
end

local function has_gifts(head)
  local lines = lines_of(head.card)
  if #lines > 1 and not promised then
    promised = {}
    for _, field in ipairs(redis.call('ZRANGE', lapses, 0, -1)) do
      local state, pieces = entry_of(field)
      if state == 'offered' then promise(string.match(field, '^([^/]+)'), pieces) end
    end
  end
  for i = 2, #lines do
    local queued = tonumber(redis.call('HGET', units, lines[i].stock .. ':waiting') or 0)
    local left = unclaimed(lines[i].stock) - queued - (promised[lines[i].stock] or 0)
    if head.pieces / lines[1].pieces * lines[i].pieces > left then return false end
  end
  return true
end

local function head_of(card)
  while true do
    local member = redis.call('ZRANGEBYLEX', waiting, '[' .. card .. '/', '(' .. card .. '0',
      'LIMIT', 0, 1)[1]
    if not member then return nil end
    local viewer = string.match(member, '^[^/]+/%d+/(.+)$')
    local state, pieces, seq = entry_of(card .. '/' .. viewer)
    if state == 'waiting' then
      return {card = card, member = member, viewer = viewer, pieces = pieces, seq = seq}
    end
    redis.call('ZREM', waiting, member)
  end
end

local function offer(head, until_ms)
  redis.call('ZREM', waiting, head.member)
  redis.call('ZADD', lapses, whole(until_ms), head.card .. '/' .. head.viewer)
  claim(head.card, 'waiting', -head.pieces)
  claim(head.card, 'offered', head.pieces)
  if promised then promise(head.card, head.pieces) end
  change(head.card, head.viewer, 'offered', head.pieces, until_ms, 'offered',
    ',"until":' .. whole(until_ms))
  steps = steps + 1
end

-- The heads of all queues, by the stock that they wait for. A card that is closed, sold out by
-- hand or without its gifts rests: its queue stays, and holds up nobody else's.
local function heads_by_stock()
  local found, from = {}, '-'
  while true do
    local first = redis.call('ZRANGEBYLEX', waiting, from, '+', 'LIMIT', 0, 1)[1]
    if not first then return found end
    local card = string.match(first, '^([^/]+)')
    local facts = redis.call('HMGET', offers, card .. ':open', card .. ':sold_out')
    if facts[1] == '1' and facts[2] ~= '1' then
      local stock = lines_of(card)[1].stock
      found[stock] = found[stock] or {}
      found[stock][card] = head_of(card)
    end
    from = '[' .. card .. '0'
  end
end

local function first_of(heads)
  local first
  for _, head in pairs(heads) do
    if not first or head.seq < first.seq then first = head end
  end
  return first
end

-- Whoever came first is served first: while the stock does not suffice for the first, it is kept
-- for them, and those behind wait too.
local function serve(stock, heads, until_ms)
  local left = unclaimed(stock)
  while steps < most_steps do
    local first = first_of(heads)
    if not first or first.pieces > left then return end
    if has_gifts(first) then
      offer(first, until_ms)
      left = left - first.pieces
      heads[first.card] = head_of(first.card)
    else
      heads[first.card] = nil
    end
  end
end

local last_due = is_on_air and ARGV[1] or '+inf'
for _, field in ipairs(redis.call('ZRANGEBYSCORE', lapses, '-inf', last_due, 'LIMIT', 0, most_steps)) do
  lapse(field)
end
if is_on_air and (redis.call('ZCARD', waiting) > 0 or redis.call('ZCARD', lapses) > 0) then
  local ends = tonumber(cjson.decode(session_facts[2]).planned_end_ms) or math.huge
  local until_ms, latest = math.min(now + offer_ms, ends), math.min(now + offer_ms + SKEW_MS, ends)
  for _, field in ipairs(redis.call('ZRANGEBYSCORE', lapses, '(' .. whole(latest), '+inf')) do
    shorten(field, until_ms)
  end
  -- In a pause nothing can be ordered: whoever is offered something then would lose their time.
  if is_live and until_ms > now then
    for stock, heads in pairs(heads_by_stock()) do serve(stock, heads, until_ms) end
  end
elseif not is_on_air and steps < most_steps then
  for _, member in ipairs(redis.call('ZRANGE', waiting, 0, most_steps - steps - 1)) do drop(member) end
end

if is_changed then
  redis.call('HINCRBY', session, 'queue', 1)
  redis.call('PUBLISH', channel, 'queue')
end
if steps >= most_steps then return now end
local next_lapse = redis.call('ZRANGE', lapses, 0, 0, 'WITHSCORES')[2]
return tonumber(next_lapse or 0)
