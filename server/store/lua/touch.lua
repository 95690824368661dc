-- Moves the ends of several sessions. It never revives one, never passes an absolute end, and asks
-- each time whether the session was revoked. One that is no session has ended, and keeps no other.
--
-- KEYS  2i - 1, 2i   i-th session and its tombstone, all in one slot
-- ARGV  2i - 1, 2i   its revision, and its new life in ms
--
-- Returns for each its life in ms as a number, or "revoked", "ended" or "missing".

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local outcomes = {}
for i = 1, #KEYS / 2 do
  local session, tombstone = KEYS[2 * i - 1], KEYS[2 * i]
  local kept = redis.pcall('HMGET', session, 'revision', 'endsMs')
  if kept.err and not string.find(kept.err, 'WRONGTYPE', 1, true) then
    return kept
  end
  local endsMs = tonumber(kept[2])
  if redis.call('EXISTS', tombstone) == 1 then
    outcomes[i] = 'revoked'
  elseif kept.err then
    outcomes[i] = 'ended'
  elseif not kept[1] then
    outcomes[i] = 'missing'
  elseif kept[1] ~= ARGV[2 * i - 1] then
    outcomes[i] = 'revoked'
  else
    local life = math.min(tonumber(ARGV[2 * i]), (endsMs or now) - now)
    if life > 0 then
      redis.call('PEXPIREAT', session, string.format('%.0f', now + life))
      outcomes[i] = life
    else
      outcomes[i] = 'ended'
    end
  end
end
return outcomes
