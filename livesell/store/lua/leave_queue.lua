#!lua
-- Takes a viewer out of a card's waitlist; an offer that is theirs goes back.
-- KEYS: session offers units waiting entries lapses ledger
-- ARGV: now_ms viewer card channel
-- RETURNS: {state, units} of the entry as it is now: left | lapsed | taken; {'', 0} when there is none
local session, offers, units, waiting, entries, lapses, ledger = unpack(KEYS)
local now, viewer, card, channel = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local field = card .. '/' .. viewer
local state, pieces, number = string.match(redis.call('HGET', entries, field) or '',
  '^(%a+) (%d+) (%d+)$')
if not state then return {'', 0} end
local stock, per_unit = string.match(redis.call('HGET', offers, card .. ':lines'),
  '^(%S+)%*(%d+)')
local count = math.max(1, math.floor(tonumber(pieces) / tonumber(per_unit)))

local function change(claim, becomes, kind)
  redis.call('HSET', entries, field, becomes .. ' ' .. pieces .. ' ' .. number)
  redis.call('HINCRBY', units, stock .. ':' .. claim, -tonumber(pieces))
  redis.call('XADD', ledger, '*', 'k', kind, 'at', now, 'by', viewer, 'd',
    string.format('{"card":"%s","stock":"%s","viewer":"%s","pieces":%s}', card, stock, viewer,
      pieces))
  redis.call('HINCRBY', session, 'queue', 1)
  redis.call('PUBLISH', channel, kind)
  return {becomes, count}
end

if state == 'waiting' then
  redis.call('ZREM', waiting, string.format('%s/%012d/%s', card, tonumber(number), viewer))
  return change('waiting', 'left', 'queue_left')
end
if state == 'offered' then
  redis.call('ZREM', lapses, field)
  return change('offered', 'lapsed', 'offer_lapsed')
end
return {state, count}
