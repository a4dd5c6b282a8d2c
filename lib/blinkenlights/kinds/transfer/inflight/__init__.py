"""What has begun and is not over, as check_inflight judges it."""
