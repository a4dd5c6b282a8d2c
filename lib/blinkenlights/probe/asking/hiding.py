"""Secrets are not shown: neither as they were configured, nor as a URL holds them."""

from collections.abc import Sequence

from blinkenlights.conditions.showing import without
from blinkenlights.masking import without_passwords
from blinkenlights.yaml_files.secret_forms import forms_of


def without_secrets(text: str, secrets: Sequence[str]) -> str:
    """Return a text with `***` in place of each secret, and of passwords in URLs."""
    return without_passwords(without(text, [form for each in secrets for form in forms_of(each)]))
