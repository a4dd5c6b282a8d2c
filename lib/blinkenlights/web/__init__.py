"""The status page and the JSON API: what the store knows, judged as the checks judge it."""
