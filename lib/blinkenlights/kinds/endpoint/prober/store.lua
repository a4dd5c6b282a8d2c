-- Stores reports of probers: of each prober the newest counts, whatever the order.
--
-- KEYS[1]  prefix of the endpoint keys; all keys share its hash tag
-- ARGV[1]  MessagePack: rows {prober, event, receipt, source, report}
-- ARGV[2]  seconds by which a prober's clock may be ahead of ours

local SEEN, REPORTS = KEYS[1] .. 'prober_seen', KEYS[1] .. 'probers'
local tolerance = tonumber(ARGV[2])

for _, row in ipairs(cmsgpack.unpack(ARGV[1])) do
  local prober, event, receipt, source, report = unpack(row, 1, 5)
  local seen = tonumber(redis.call('ZSCORE', SEEN, prober)) or -1
  if event >= seen or seen > receipt + tolerance then
    redis.call('ZADD', SEEN, ('%.3f'):format(event), prober)
    redis.call('HSET', REPORTS, prober, ('%.3f %s %s'):format(receipt, source, report))
  end
end
