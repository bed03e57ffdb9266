#!lua
-- Credits the likes that are new in each visit's cumulative count.
-- KEYS: session visits likers tally timeline ledger
-- ARGV: now_ms bucket tail_ms count, then for each visit: visit viewer n at_most
-- RETURNS: how many likes were newly credited
local session, visits, likers, tally, timeline, ledger = unpack(KEYS)
local now, bucket, tail, count = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local facts = redis.call('HMGET', session, 'state', 'ended_ms')
local is_on_air = facts[1] == 'live' or facts[1] == 'paused'
local ended = facts[1] == 'ended' and tonumber(facts[2]) or nil
if not is_on_air and not (ended and now <= ended + tail) then return 0 end

local liked, new_likers = 0, 0
for i = 0, count - 1 do
  local at = 5 + i * 4
  local visit, viewer = ARGV[at], ARGV[at + 1]
  local credited = tonumber(redis.call('HGET', visits, visit) or 0)
  local new = math.min(tonumber(ARGV[at + 2]) - credited, tonumber(ARGV[at + 3]))
  if new > 0 then
    redis.call('HSET', visits, visit, string.format('%.0f', credited + new))
    new_likers = new_likers + redis.call('SADD', likers, viewer)
    liked = liked + new
  end
end
if liked == 0 then return 0 end

local text = string.format('%.0f', liked)
redis.call('HINCRBY', tally, 'likes', text)
if new_likers > 0 then redis.call('HINCRBY', tally, 'likers', new_likers) end
redis.call('HINCRBY', timeline, bucket .. ':likes', text)
redis.call('XADD', ledger, '*', 'k', 'liked', 'at', ARGV[1], 'by', 'viewers', 'd',
  '{"n":' .. text .. ',"likers":' .. new_likers .. '}')
return liked
