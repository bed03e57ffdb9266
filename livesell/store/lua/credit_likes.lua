#!lua
-- Credits the likes that are new in each visit's cumulative count, but none of muted viewers.
-- KEYS: session visits likers liked held_back muted banned tally timeline ledger
-- ARGV: now_ms bucket tail_ms count, then for each visit: visit viewer n at_most
-- RETURNS: how many likes were newly credited
local session, visits, likers, liked, held_back, muted, banned, tally, timeline, ledger = unpack(KEYS)
local now, bucket, tail, count = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local facts = redis.call('HMGET', session, 'state', 'ended_ms')
local is_on_air = facts[1] == 'live' or facts[1] == 'paused'
local ended = facts[1] == 'ended' and tonumber(facts[2]) or nil
if not is_on_air and not (ended and now <= ended + tail) then return 0 end

-- Nobody is asked about one by one while nobody is muted or banned.
local has_muted = redis.call('HLEN', muted) + redis.call('HLEN', banned) > 0
local function is_muted(viewer)
  return redis.call('HEXISTS', muted, viewer) + redis.call('HEXISTS', banned, viewer) > 0
end

local function note_waiting(viewer, taps)
  local likes, orders = string.match(redis.call('HGET', held_back, viewer) or '0 0', '^(%d+) (%d+)$')
  redis.call('HSET', held_back, viewer, string.format('%.0f %s', likes + taps, orders))
end

local function counts_of(visit)
  local text = redis.call('HGET', visits, visit) or '0'
  if tonumber(text) then return tonumber(text), 0, 0 end
  local credited, dropped, noted = string.match(text, '^(%d+) (%d+) (%d+)$')
  return tonumber(credited), tonumber(dropped), tonumber(noted)
end

local function remember(visit, credited, dropped, noted)
  local text = string.format('%.0f', credited)
  if dropped > 0 or noted > 0 then text = string.format('%s %.0f %.0f', text, dropped, noted) end
  redis.call('HSET', visits, visit, text)
end

local total, new_likers = 0, 0
for i = 0, count - 1 do
  local at = 5 + i * 4
  local visit, viewer = ARGV[at], ARGV[at + 1]
  local n, at_most = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local credited, dropped, noted = counts_of(visit)
  local new = n - credited - dropped
  if new > 0 and has_muted and is_muted(viewer) then
    -- For good: taps made while muted do not count later either.
    remember(visit, credited, dropped + new, math.max(noted, n))
  elseif new > 0 then
    local credit = math.min(new, at_most)
    local from = math.max(noted, credited + dropped + credit)
    -- A tap that waits is told once, however often its visit is sent again.
    if credit < new and n > from then
      note_waiting(viewer, n - from)
      noted = n
    end
    remember(visit, credited + credit, dropped, noted)
    if credit > 0 then
      local so_far = redis.call('HINCRBY', liked, viewer, credit)
      if so_far == credit then
        new_likers = new_likers + redis.call('SADD', likers, viewer)
      end
      total = total + credit
    end
  end
end
if total == 0 then return 0 end

local text = string.format('%.0f', total)
redis.call('HINCRBY', tally, 'likes', text)
if new_likers > 0 then redis.call('HINCRBY', tally, 'likers', new_likers) end
redis.call('HINCRBY', timeline, bucket .. ':likes', text)
redis.call('XADD', ledger, '*', 'k', 'liked', 'at', ARGV[1], 'by', 'viewers', 'd',
  '{"n":' .. text .. ',"likers":' .. new_likers .. '}')
return total
