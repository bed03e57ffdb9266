#!lua
-- Removes every key of a rehearsal, also what an interrupted making or a late write has left.
-- KEYS: every
-- ARGV: the session that it rehearses, channel
-- RETURNS: removed, or kept when there is a session with this id that is no such rehearsal
local every = KEYS

-- keys.py names the session's own hash first.
local session = every[1]
local real = redis.call('HGET', session, 'rehearsal')
if redis.call('EXISTS', session) == 1 and real ~= ARGV[1] then return 'kept' end
redis.call('UNLINK', unpack(every))
redis.call('PUBLISH', ARGV[2], 0)
return 'removed'
