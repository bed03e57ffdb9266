#!lua
-- Puts a campaign's record in the place of the one that was read, if that one still stands.
-- KEYS: campaigns
-- ARGV: campaign before after (JSON; empty for no record)
-- RETURNS: 1 when the record is after now, 0 when it is another one
local campaigns = KEYS[1]
local campaign, before, after = ARGV[1], ARGV[2], ARGV[3]

local found = redis.call('HGET', campaigns, campaign) or ''
if found == after then return 1 end
if found ~= before then return 0 end
if after == '' then
  redis.call('HDEL', campaigns, campaign)
else
  redis.call('HSET', campaigns, campaign, after)
end
return 1
