#!lua
-- Credits the likes that are new in each visit's cumulative count, but none of muted viewers.
-- KEYS: session visits likers liked held_back muted banned tally timeline ledger
-- ARGV: now_ms bucket tail_ms count, then for each visit: visit viewer n at_most
-- RETURNS: how many likes were newly credited
local session, visits, likers, liked, held_back, muted, banned, tally, timeline, ledger = unpack(KEYS)
local now, bucket, tail, count = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
-- unpack() takes a bit less than 8000 values (Source: luaconf.h, LUAI_MAXCSTACK).
local CHUNK = 2000

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

-- A hundred commands cost what one does that says the same of a hundred, and a hundred lines on disk.
local function each_chunk(list, step)
  for from = 1, #list, CHUNK do
    step(from, math.min(#list, from + CHUNK - 1))
  end
end

-- What a hash says of each name, by name.
local function read_all(key, names)
  local found = {}
  each_chunk(names, function(from, to)
    local values = redis.call('HMGET', key, unpack(names, from, to))
    for i = from, to do found[names[i]] = values[i - from + 1] end
  end)
  return found
end

local function call_all(verb, key, list)
  local sum = 0
  each_chunk(list, function(from, to) sum = sum + redis.call(verb, key, unpack(list, from, to)) end)
  return sum
end

local known = {}
local function visit_of(name, text)
  local one = known[name]
  if one then return one end
  local credited, dropped, noted = tonumber(text or 0), 0, 0
  if not credited then
    credited, dropped, noted = string.match(text, '^(%d+) (%d+) (%d+)$')
  end
  one = {credited = tonumber(credited), dropped = tonumber(dropped), noted = tonumber(noted)}
  known[name] = one
  return one
end

local names, total = {}, 0
for i = 0, count - 1 do names[i + 1] = ARGV[5 + i * 4] end
local before, credits, viewers = read_all(visits, names), {}, {}
for i = 0, count - 1 do
  local at = 5 + i * 4
  local viewer, n, at_most = ARGV[at + 1], tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local visit = visit_of(ARGV[at], before[ARGV[at]])
  local new = n - visit.credited - visit.dropped
  if new > 0 and has_muted and is_muted(viewer) then
    -- For good: taps made while muted do not count later either.
    visit.dropped, visit.noted, visit.is_changed = visit.dropped + new, math.max(visit.noted, n), true
  elseif new > 0 then
    local credit = math.min(new, at_most)
    visit.credited = visit.credited + credit
    visit.is_changed = true
    -- A tap that waits is told once, however often its visit is sent again.
    local from = math.max(visit.noted, visit.credited + visit.dropped)
    if credit < new and n > from then
      note_waiting(viewer, n - from)
      visit.noted = n
    end
    if credit > 0 then
      if not credits[viewer] then viewers[#viewers + 1] = viewer end
      credits[viewer] = (credits[viewer] or 0) + credit
      total = total + credit
    end
  end
end

local changed = {}
for name, visit in pairs(known) do
  if visit.is_changed then
    local text = string.format('%.0f', visit.credited)
    if visit.dropped > 0 or visit.noted > 0 then
      text = string.format('%s %.0f %.0f', text, visit.dropped, visit.noted)
    end
    changed[#changed + 1] = name
    changed[#changed + 1] = text
  end
end
call_all('HSET', visits, changed)
if total == 0 then return 0 end

local sums, new_viewers, so_far = {}, {}, read_all(liked, viewers)
for i, viewer in ipairs(viewers) do
  sums[2 * i - 1] = viewer
  sums[2 * i] = string.format('%.0f', tonumber(so_far[viewer] or 0) + credits[viewer])
  if not so_far[viewer] then new_viewers[#new_viewers + 1] = viewer end
end
call_all('HSET', liked, sums)
local new_likers = call_all('SADD', likers, new_viewers)

local text = string.format('%.0f', total)
redis.call('HINCRBY', tally, 'likes', text)
if new_likers > 0 then redis.call('HINCRBY', tally, 'likers', new_likers) end
redis.call('HINCRBY', timeline, bucket .. ':likes', text)
redis.call('XADD', ledger, '*', 'k', 'liked', 'at', ARGV[1], 'by', 'viewers', 'd',
  '{"n":' .. text .. ',"likers":' .. new_likers .. '}')
return total
