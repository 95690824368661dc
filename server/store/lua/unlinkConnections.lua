-- Takes connections that are over out of their sessions. Makes no key.
--
-- KEYS  i   session of the i-th, all in one slot
-- ARGV  i   its field

for i = 1, #KEYS do
  redis.call('HDEL', KEYS[i], ARGV[i])
end
