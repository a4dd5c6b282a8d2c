"""Secrets are not shown: neither as they were configured, nor as a URL holds them."""

from collections.abc import Sequence

from blinkenlights.conditions.hiding import without
from blinkenlights.masking import without_passwords


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """Return a text with `***` in place of each secret, and of passwords in URLs."""
    return without_passwords(without(text, secrets))
