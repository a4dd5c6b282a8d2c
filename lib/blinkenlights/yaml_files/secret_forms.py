"""The forms in which somebody may say a secret again: as it is, and as a URL holds it."""

from urllib.parse import quote, quote_plus

_LEFT = ("", "/", "/:?@!$'()*,;")
"""What may stay as it is in a URL: nothing, what the standard library leaves, what yarl leaves."""


def forms_of(secret: str) -> set[str]:
    """Return all forms of a secret; none of an empty one."""
    if not secret:
        return set()
    return {secret, quote_plus(secret), *(quote(secret, safe=safe) for safe in _LEFT)}
