#!lua
-- Puts on record who looked at an alarm and when, once: the first one stays.
-- KEYS: alarms_seen ledger
-- ARGV: alarm_id record (JSON) now_ms by channel fact (JSON)
-- RETURNS: the record that is kept
local alarms_seen, ledger = unpack(KEYS)
local alarm_id, record, now, by, channel, fact = unpack(ARGV)

if redis.call('HSETNX', alarms_seen, alarm_id, record) == 1 then
  redis.call('XADD', ledger, '*', 'k', 'alarm_seen', 'at', now, 'by', by, 'd', fact)
  redis.call('PUBLISH', channel, 'alarm')
end
return redis.call('HGET', alarms_seen, alarm_id)
