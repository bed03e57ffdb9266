#!lua
-- Puts a viewer at the end of a card's waitlist, while nothing of that card can be bought.
-- KEYS: session offers units taken waiting entries banned ledger
-- ARGV: now_ms viewer card units most_units most_entries
-- RETURNS: {word, units, number}: joined units place | waiting units place | offered units until_ms |
--   already_waiting units | waited_before | banned | not_live | no_such_card | closed | limit left |
--   in_stock left | queue_full
local session, offers, units, taken, waiting, entries, banned, ledger = unpack(KEYS)
local now, viewer, card, wanted = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local most_units, most_entries = tonumber(ARGV[5]), tonumber(ARGV[6])

local function answer(word, count, number)
  return {word, count or 0, number or 0}
end

if redis.call('HEXISTS', banned, viewer) == 1 then return answer('banned') end
local state = redis.call('HGET', session, 'state')
if state ~= 'live' and state ~= 'paused' then return answer('not_live') end
local facts = redis.call('HMGET', offers, card .. ':open', card .. ':price', card .. ':limit',
  card .. ':per_order', card .. ':sold_out', card .. ':lines', card .. ':flash')
local is_open, price, limit, per_order, is_sold_out, text, flash = unpack(facts)
if not price then return answer('no_such_card') end

-- What one unit takes; the first line is the stock that the card is sold from.
local lines = {}
for stock, pieces in string.gmatch(text, '(%S+)%*(%d+)') do
  lines[#lines + 1] = {stock = stock, pieces = tonumber(pieces)}
end

local function place_of(seq)
  return redis.call('ZLEXCOUNT', waiting, '[' .. card .. '/',
    '[' .. string.format('%s/%012d/%s', card, seq, viewer))
end

-- Who asks again gets the same place; who was ever offered something is not offered it again.
local field = card .. '/' .. viewer
local before, pieces, number = string.match(redis.call('HGET', entries, field) or '',
  '^(%a+) (%d+) (%d+)$')
if before == 'taken' or before == 'lapsed' then return answer('waited_before') end
if before == 'offered' and tonumber(number) <= now then return answer('waited_before') end
if before == 'offered' or before == 'waiting' then
  local count = math.max(1, math.floor(tonumber(pieces) / lines[1].pieces))
  if count ~= wanted then return answer('already_waiting', count) end
  if before == 'offered' then return answer('offered', count, tonumber(number)) end
  return answer('waiting', count, place_of(tonumber(number)))
end

if is_open ~= '1' then return answer('closed') end
local most = math.min(most_units, tonumber(per_order or '') or most_units)
if tonumber(limit or '') then
  local bought = tonumber(redis.call('HGET', taken, viewer .. '/' .. card) or 0)
  most = math.min(most, tonumber(limit) - bought)
end
if wanted > most then return answer('limit', math.max(0, most)) end

-- The pieces that can be taken of a stock now: of the flash sale's claim, or of what is nobody's.
local function available(stock, is_ours)
  local counts = redis.call('HMGET', units, stock .. ':free', stock .. ':flash',
    stock .. ':offered', stock .. ':waiting')
  local free, claim, offered, queued = tonumber(counts[1] or 0), tonumber(counts[2] or 0),
    tonumber(counts[3] or 0), tonumber(counts[4] or 0)
  if is_ours then return math.min(free, claim) end
  local reserves = redis.call('HMGET', offers, stock .. ':safety', stock .. ':flash_until')
  if now >= tonumber(reserves[2] or 0) then claim = 0 end
  return free - tonumber(reserves[1] or 0) - claim - offered - queued
end

local flash_id, flash_limit, starts, ends = string.match(flash or '',
  '^(%S+) %d+ (%S+) (%d+) (%d+)$')
local in_flash = flash_id and now >= tonumber(starts) and now < tonumber(ends)
  and available(lines[1].stock, true) >= lines[1].pieces
local left = math.huge
for i, line in ipairs(lines) do
  left = math.min(left, math.floor(available(line.stock, in_flash and i == 1) / line.pieces))
end
if in_flash and tonumber(flash_limit) then
  local bought = tonumber(redis.call('HGET', taken, viewer .. '/' .. card .. '/' .. flash_id) or 0)
  left = math.min(left, tonumber(flash_limit) - bought)
end
if is_sold_out ~= '1' and left >= 1 then return answer('in_stock', left) end

local length = redis.call('ZLEXCOUNT', waiting, '[' .. card .. '/', '(' .. card .. '0')
if length >= most_entries then return answer('queue_full') end

local seq = redis.call('HINCRBY', session, 'queue', 1)
local claimed = wanted * lines[1].pieces
redis.call('ZADD', waiting, 0, string.format('%s/%012d/%s', card, seq, viewer))
redis.call('HSET', entries, field, string.format('waiting %d %d', claimed, seq))
redis.call('HINCRBY', units, lines[1].stock .. ':waiting', claimed)
-- A pack is queued for on the stock of another card; its own count says that somebody did.
redis.call('HINCRBY', units, card .. ':orders', 0)
redis.call('XADD', ledger, '*', 'k', 'waited', 'at', ARGV[1], 'by', viewer, 'd',
  string.format('{"card":"%s","stock":"%s","viewer":"%s","pieces":%d}', card, lines[1].stock, viewer,
    claimed))
return answer('joined', wanted, length + 1)
