-- Takes a room over: appends a claim under a newer epoch, which fences every older host.
-- Epochs follow the clock, so that none is issued twice even if a fail-over forgot the last claim.
--
-- KEYS  1  log
-- ARGV  1  node
--       2  newest epoch that the claimer knows of
--       3  claims in a row, without a commit, that are too many
--
-- Returns { "claimed", epoch, version }, { "hosted", epoch, node }, { "quarantined" } or { "missing" }.

local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[3])
if #newest == 0 then
  return { 'missing' }
end
local epoch, version = string.match(newest[1][1], '^(%d+)-(%d+)$')
if tonumber(epoch) ~= tonumber(ARGV[2]) then
  return { 'hosted', epoch, newest[1][2][4] }
end
local claims = 0
for _, entry in ipairs(newest) do
  if entry[2][2] == 'claim' then
    claims = claims + 1
  end
end
if claims == tonumber(ARGV[3]) then
  return { 'quarantined' }
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local claimed = string.format('%.0f', math.max(tonumber(epoch) + 1, now))
redis.call('XADD', KEYS[1], claimed .. '-' .. version,
  'kind', 'claim', 'node', ARGV[1], 'bytes', '')
return { 'claimed', claimed, version }
