-- Appends one commit to each of several rooms' logs as `append` does, but only to a log that ends
-- where the commit follows: for the first append after which nobody can say what Redis still has.
--
-- KEYS  logs of the rooms, all in one slot
-- ARGV  3i - 2   place of the i-th commit as "<epoch>-<version>"
--       3i - 1   node that made it
--       3i       its bytes
--
-- Returns only what was not appended, as { i, code, detail }:
--   "missing"  ""        the room has no log
--   "behind"   newest    the log lacks entries that the commit follows; detail is its newest place
--   "fenced"   newest    the log has an entry at or above the place; detail is its newest place
--   "failed"   message   Redis refused to write, by its own words

local function placeOf(name)
  local epoch, version = string.match(name, '^(%d+)-(%d+)$')
  return tonumber(epoch), tonumber(version)
end

local refused = {}
for i, log in ipairs(KEYS) do
  local newest = redis.pcall('XREVRANGE', log, '+', '-', 'COUNT', 1)
  if newest.err then
    refused[#refused + 1] = { i, 'failed', newest.err }
  elseif #newest == 0 then
    refused[#refused + 1] = { i, 'missing', '' }
  else
    local epoch, version = placeOf(ARGV[3 * i - 2])
    local topEpoch, topVersion = placeOf(newest[1][1])
    if topEpoch == epoch and topVersion == version - 1 then
      local reply = redis.pcall('XADD', log, ARGV[3 * i - 2],
        'kind', 'commit', 'node', ARGV[3 * i - 1], 'bytes', ARGV[3 * i])
      if type(reply) == 'table' and reply.err then
        refused[#refused + 1] = { i, 'failed', reply.err }
      end
    else
      local isBehind = topEpoch < epoch or (topEpoch == epoch and topVersion < version)
      refused[#refused + 1] = { i, isBehind and 'behind' or 'fenced', newest[1][1] }
    end
  end
end
return refused
