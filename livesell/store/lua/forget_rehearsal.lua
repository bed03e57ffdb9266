#!lua
-- Forgets the rehearsal of a session, unless the session has another one by now.
-- KEYS: rehearsals
-- ARGV: session, id of the rehearsal
-- RETURNS: 1 when it is forgotten, else 0
local rehearsals = unpack(KEYS)

local found = redis.call('HGET', rehearsals, ARGV[1])
if not found or cjson.decode(found).id ~= ARGV[2] then return 0 end
return redis.call('HDEL', rehearsals, ARGV[1])
