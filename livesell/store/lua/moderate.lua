#!lua
-- Mutes or bans a viewer, or takes that back; what holds already changes nothing.
-- KEYS: session muted banned seen liked numbers by_viewer ticker ledger
-- ARGV: do (mute, unmute, ban or unban) viewer now_ms by mark (JSON, of mute and ban) fact (JSON)
--   channel
-- RETURNS: {word, mark}: done | same, with the mark that holds now or empty | unknown, when nobody
--   here has ever heard of this viewer | missing, when there is no such session
local session, muted, banned, seen, liked, numbers, by_viewer, ticker, ledger = unpack(KEYS)
local verb, viewer, now, by, mark, fact, channel = unpack(ARGV)
local KINDS = {mute = 'muted', unmute = 'unmuted', ban = 'banned', unban = 'unbanned'}
local is_lifting = verb == 'unmute' or verb == 'unban'
local marks = (verb == 'mute' or verb == 'unmute') and muted or banned

if redis.call('HEXISTS', session, 'version') ~= 1 then return {'missing', ''} end

-- "0" is the character after "/", so the range is all that begins with "<viewer>/".
local function is_known()
  for _, key in ipairs({seen, liked, muted, banned}) do
    if redis.call('HEXISTS', key, viewer) == 1 then return true end
  end
  local own = redis.call('ZRANGEBYLEX', by_viewer, '[' .. viewer .. '/', '(' .. viewer .. '0', 'LIMIT', 0, 1)
  return #own > 0
end
if not is_known() then return {'unknown', ''} end

local held = redis.call('HGET', marks, viewer) or ''
if (held == '') == is_lifting then return {'same', held} end

-- Strangers do not read this name any more.
local function take_name_out()
  for i, entry in ipairs(redis.call('LRANGE', ticker, 0, -1)) do
    local n = tonumber(string.match(entry, '^{"n":(%d+),') or 0)
    local id = n > 0 and redis.call('LINDEX', numbers, n - 1)
    local member = id and string.format('%s/%09d/%s', viewer, n, id) or ''
    if redis.call('ZSCORE', by_viewer, member) then
      redis.call('LSET', ticker, i - 1, (string.gsub(entry, '"name":".-%*%*"', '"name":"**"', 1)))
    end
  end
end

if is_lifting then
  redis.call('HDEL', marks, viewer)
else
  redis.call('HSET', marks, viewer, mark)
  take_name_out()
end
if marks == banned then redis.call('HINCRBY', session, 'bans', 1) end
redis.call('XADD', ledger, '*', 'k', KINDS[verb], 'at', now, 'by', by, 'd', fact)
redis.call('PUBLISH', channel, verb)
return {'done', is_lifting and '' or mark}
