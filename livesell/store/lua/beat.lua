#!lua
-- Renews a node's lease on its viewers, and counts who came, how long they watched, and the peak.
-- KEYS: session leases beats seen watched held_back tally timeline ledger
-- ARGV: node boot seq now_ms until_ms viewers health bucket idle_ms tail_ms, then a count
--   and that many joined viewers, then a count and that many (viewer watched_ms), then a count and
--   that many (viewer orders refused for their pace)
-- RETURNS: 1 when counted, 0 when this beat was counted before or there is no such session
local session, leases, beats, seen, watched, held_back, tally, timeline, ledger = unpack(KEYS)
local node, boot, seq, bucket = ARGV[1], ARGV[2], ARGV[3], ARGV[8]
local now_text, now, idle = ARGV[4], tonumber(ARGV[4]), tonumber(ARGV[9])
-- unpack() takes a bit less than 8000 values (Source: luaconf.h, LUAI_MAXCSTACK).
local CHUNK = 1000

local facts = redis.call('HMGET', session, 'state', 'ended_ms')
local state, ended = facts[1], tonumber(facts[2] or '')
if not state then return 0 end
local is_on_air = state == 'live' or state == 'paused'
local is_just_over = state == 'ended' and ended and now <= ended + tonumber(ARGV[10])

local function whole(number)
  return string.format('%.0f', number)
end

-- A resent beat counts once. `boot` tells a restarted node from a late resend.
local last_boot, last_seq = string.match(redis.call('HGET', beats, node) or '', '^(%x+) (%d+)$')
if last_boot == boot and tonumber(seq) <= tonumber(last_seq) then return 0 end
redis.call('HSET', beats, node, boot .. ' ' .. seq)

-- Alive leases, this node's among them, make the sample; dead ones go.
redis.call('HSET', leases, node, ARGV[5] .. ' ' .. ARGV[6] .. ' ' .. ARGV[7])
local concurrent = 0
local held = redis.call('HGETALL', leases)
for i = 1, #held, 2 do
  local till, viewers = string.match(held[i + 1], '^(%d+) (%d+) ')
  if tonumber(till) > now then
    concurrent = concurrent + tonumber(viewers)
  else
    redis.call('HDEL', leases, held[i])
  end
end

local function fact(kind, json)
  redis.call('XADD', ledger, '*', 'k', kind, 'at', now_text, 'by', node, 'd', json)
end

-- Calls step(viewers, their 'seen', rest) for slices of the arguments, `width` values each.
local function in_chunks(first, count, width, step)
  for from = 0, count - 1, CHUNK do
    local viewers, rest = {}, {}
    for i = from, math.min(count, from + CHUNK) - 1 do
      viewers[#viewers + 1] = ARGV[first + i * width]
      rest[#rest + 1] = ARGV[first + i * width + width - 1]
    end
    step(viewers, redis.call('HMGET', seen, unpack(viewers)), rest)
  end
end

local new, views, watch_ms = {}, 0, 0

local function join(viewers, last_seen)
  local present, once = {}, {}
  for i, viewer in ipairs(viewers) do
    local last = tonumber(last_seen[i] or -1)
    if not once[viewer] then
      once[viewer] = true
      if last < 0 then new[#new + 1] = viewer end
      if last < 0 or now - last >= idle then views = views + 1 end
      present[#present + 1] = viewer
      present[#present + 1] = whole(math.max(now, last))
    end
  end
  redis.call('HSET', seen, unpack(present))
end

-- On air the news of someone's coming may follow that of the watch time; after the end watch time
-- counts for viewers who were counted.
local function watch(viewers, last_seen, times)
  local before = redis.call('HMGET', watched, unpack(viewers))
  local present, sums, total = {}, {}, {}
  for i, viewer in ipairs(viewers) do
    local last = tonumber(last_seen[i] or -1)
    if last >= 0 or is_on_air then
      total[viewer] = (total[viewer] or tonumber(before[i] or 0)) + tonumber(times[i])
      watch_ms = watch_ms + tonumber(times[i])
    end
    if last >= 0 then
      present[#present + 1] = viewer
      present[#present + 1] = whole(math.max(now, last))
    end
  end
  for viewer, sum in pairs(total) do
    sums[#sums + 1] = viewer
    sums[#sums + 1] = whole(sum)
  end
  if #present > 0 then redis.call('HSET', seen, unpack(present)) end
  if #sums > 0 then redis.call('HSET', watched, unpack(sums)) end
end

local joined = tonumber(ARGV[11])
local watchers = tonumber(ARGV[12 + joined])
if is_on_air or is_just_over then in_chunks(12, joined, 1, join) end
if is_on_air or state == 'ended' then in_chunks(13 + joined, watchers, 2, watch) end

local refused_at = 13 + joined + 2 * watchers
for i = 1, is_on_air and tonumber(ARGV[refused_at]) or 0 do
  local viewer, refused = ARGV[refused_at + 2 * i - 1], tonumber(ARGV[refused_at + 2 * i])
  local likes, orders = string.match(redis.call('HGET', held_back, viewer) or '0 0', '^(%d+) (%d+)$')
  redis.call('HSET', held_back, viewer, string.format('%s %.0f', likes, orders + refused))
end

if views > 0 or watch_ms > 0 then
  local names = #new > 0 and '"' .. table.concat(new, '","') .. '"' or ''
  fact('attended', '{"joined":[' .. names .. '],"views":' .. whole(views) ..
    ',"watch_ms":' .. whole(watch_ms) .. '}')
  redis.call('HINCRBY', tally, 'viewers', #new)
  redis.call('HINCRBY', tally, 'views', views)
  redis.call('HINCRBY', tally, 'watch_ms', whole(watch_ms))
  if views > 0 then redis.call('HINCRBY', timeline, bucket .. ':joins', views) end
end

if is_on_air then
  local field = bucket .. ':concurrent'
  local is_higher = concurrent > tonumber(redis.call('HGET', timeline, field) or 0)
  local is_peak = concurrent > tonumber(redis.call('HGET', tally, 'peak') or 0)
  if is_higher then redis.call('HSET', timeline, field, whole(concurrent)) end
  if is_peak then redis.call('HSET', tally, 'peak', whole(concurrent)) end
  if is_higher or is_peak then fact('sampled', '{"concurrent":' .. whole(concurrent) .. '}') end
end
return 1
