-- Takes connections that are over out of their sessions. Makes no key, and leaves what is no session.
--
-- KEYS  i   session of the i-th, all in one slot
-- ARGV  i   its field

for i = 1, #KEYS do
  local reply = redis.pcall('HDEL', KEYS[i], ARGV[i])
  if type(reply) == 'table' and not string.find(reply.err, 'WRONGTYPE', 1, true) then
    return reply
  end
end
