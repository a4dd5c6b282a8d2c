"""Webhooks: our JSON or a template, posted to a URL, signed as Standard Webhooks says."""
