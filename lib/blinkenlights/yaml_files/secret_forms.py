"""The forms in which somebody may say a secret again: as it is, and as a URL holds it."""

from urllib.parse import quote, quote_plus, unquote

_LEFT = ("", "/", "/:?@!$'()*,;")
"""What may stay as it is in a URL: nothing, what the standard library leaves, what yarl leaves."""


def forms_of(secret: str) -> set[str]:
    """Return all forms of a secret; none of an empty one.

    One in a URL may hold `%41`, which is sent as the letter it stands for.
    """
    return {
        form
        for each in (secret, unquote(secret))
        for form in (each, quote_plus(each), *(quote(each, safe=safe) for safe in _LEFT))
        if form
    }
