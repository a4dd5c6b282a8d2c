"""What servers say that people cannot use, in our words. Standard library only, for the checks."""

CLUSTER = "is a node of a Redis Cluster, which is not supported: name a single Redis or Valkey"
NO_STORE = (
    "does not know our commands; is it a Redis Sentinel, or older than Redis 6.2? "
    "Name the Redis itself"
)
UNSAVED = "refuses writes, because it cannot save (MISCONF); see its disk and its log"
MAYBE_NO_TLS = "; is it redis:// in place of rediss://?"
NO_TLS = f"it does not speak TLS with us{MAYBE_NO_TLS}"
TLS = "if that port speaks TLS, write rediss:// in place of redis://"
