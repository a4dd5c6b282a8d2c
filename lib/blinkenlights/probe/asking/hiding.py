"""Secrets are not shown: neither as they were configured, nor as a URL holds them."""

from collections.abc import Sequence
from urllib.parse import quote, quote_plus

from blinkenlights.masking import MASK, without_passwords


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """Return a text with `***` in place of each secret, and of passwords in URLs."""
    # A longer one first: a shorter one may be part of it.
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret)):
            text = text.replace(form, MASK)
    return without_passwords(text)
