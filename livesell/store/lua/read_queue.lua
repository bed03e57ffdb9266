#!lua flags=no-writes
-- Reads everyone who waits in a session, with their entries.
-- KEYS: waiting entries
-- ARGV: none
-- RETURNS: a flat list: member of waiting, its entry, and so on in order
local waiting, entries = unpack(KEYS)
-- unpack() takes a bit less than 8000 values (Source: luaconf.h, LUAI_MAXCSTACK).
local CHUNK = 1000

local found = {}
local members = redis.call('ZRANGE', waiting, 0, -1)
for from = 1, #members, CHUNK do
  local fields = {}
  for i = from, math.min(#members, from + CHUNK - 1) do
    fields[#fields + 1] = string.gsub(members[i], '/%d+/', '/', 1)
  end
  for i, entry in ipairs(redis.call('HMGET', entries, unpack(fields))) do
    found[#found + 1] = members[from + i - 1]
    found[#found + 1] = entry or 'left 0 0'
  end
end
return found
