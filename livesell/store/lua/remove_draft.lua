#!lua
-- Removes a draft with all its keys, if it is one still and nothing was ever ordered in it.
-- KEYS: every
-- ARGV: channel, then the name of each key, in order
-- RETURNS: removed | gone | the state that it has
local every = KEYS

local place = {}
for i = 1, #every do
  place[ARGV[1 + i]] = every[i]
end
local facts = redis.call('HMGET', place.session, 'version', 'state')
if not facts[1] then return 'gone' end
if facts[2] ~= 'draft' then return facts[2] end
redis.call('UNLINK', unpack(every))
redis.call('PUBLISH', ARGV[1], facts[1])
return 'removed'
