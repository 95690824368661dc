-- Takes connections that are over out of their sessions. Makes no key, and leaves what is no session.
--
-- KEYS  i   session of the i-th, all in one slot
-- ARGV  i   its field

for i = 1, #KEYS do
  redis.pcall('HDEL', KEYS[i], ARGV[i])
end
