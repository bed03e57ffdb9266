#!lua
-- Takes one refund from one state to the next, when it is still as the caller read it.
-- KEYS: refunds ledger
-- ARGV: refund_id before after (records, JSON) now_ms by channel fact_kind fact_json (both empty
--   when there is nothing to tell)
-- RETURNS: {word, record}: settled record | changed record | gone ''
local refunds, ledger = unpack(KEYS)
local refund_id, before, after, now, by, channel, kind, data = unpack(ARGV)

local found = redis.call('HGET', refunds, refund_id)
if not found then return {'gone', ''} end
if found ~= before then return {'changed', found} end
redis.call('HSET', refunds, refund_id, after)
if kind ~= '' then
  redis.call('XADD', ledger, '*', 'k', kind, 'at', now, 'by', by, 'd', data)
  redis.call('PUBLISH', channel, refund_id)
end
return {'settled', after}
