-- Appends one commit to each of several rooms' logs; each stands or falls by itself.
--
-- KEYS  logs of the rooms, all in one slot
-- ARGV  3i - 2   place of the i-th commit as "<epoch>-<version>"
--       3i - 1   node that made it
--       3i       its bytes
--
-- Returns only what was not appended, as { i, code, detail }, so that the usual answer is empty:
--   "missing"  ""        the room has no log
--   "fenced"   newest    the log has an entry at or above the place; detail is its newest place
--   "failed"   message   Redis refused to write, by its own words

local refused = {}
for i, log in ipairs(KEYS) do
  local reply = redis.pcall('XADD', log, 'NOMKSTREAM', ARGV[3 * i - 2],
    'kind', 'commit', 'node', ARGV[3 * i - 1], 'bytes', ARGV[3 * i])
  if reply == false then
    refused[#refused + 1] = { i, 'missing', '' }
  elseif type(reply) == 'table' and reply.err then
    if string.find(reply.err, 'equal or smaller', 1, true) then
      local newest = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)
      refused[#refused + 1] = { i, 'fenced', newest[1] and newest[1][1] or '0-0' }
    else
      refused[#refused + 1] = { i, 'failed', reply.err }
    end
  end
end
return refused
