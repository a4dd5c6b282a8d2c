"""Secrets in what others say: they may say them again, and in another form.

A server knows what it was sent. It may send it back as a URL holds it, as JSON or HTML escape it,
in other letter case, or in base64, as proxies, redirects and error pages do.
"""

import html
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from blinkenlights.masking import MASK

LONGEST_FORM = 12
"""Characters that may stand for one: four bytes of UTF-8 in a URL, a pair of surrogates in JSON."""
PATTERNS = 32_768
"""Patterns that are kept. To make one takes milliseconds, so each endpoint's has to find room."""
_LONG = 512
"""Longer secrets, such as private keys, are known as they are only."""


def without(text: str, secrets: Sequence[str]) -> str:
    """Return a text with each of the secrets masked, in whatever form."""
    # No form is shorter than what it stands for, and most texts of an answer are a word.
    shortest = min(filter(None, map(len, secrets)), default=0)
    if not shortest or len(text) < shortest:
        return text
    return _pattern(tuple(secrets)).sub(MASK, text)


def beginning(text: str, most: int, secrets: Sequence[str]) -> str:
    """Return at most so many characters of a text without secrets.

    Half of a secret at the cut would not be known as one, so the cut is made well before it.
    """
    reach = LONGEST_FORM * max(map(len, secrets), default=0)
    piece = text[: most + reach]
    known = without(piece, secrets)
    if len(piece) < len(text):
        known = known[: max(0, len(known) - reach)]
    return known[:most]


@lru_cache(PATTERNS)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    # A longer one first: a shorter one may be part of it.
    ordered = sorted(filter(None, secrets), key=len, reverse=True)
    return re.compile("|".join(dict.fromkeys(_forms(ordered))), re.IGNORECASE)


def _forms(secrets: Iterable[str]) -> Iterable[str]:
    for secret in secrets:
        if len(secret) > _LONG:
            yield re.escape(secret)
            continue
        yield "".join(map(_forms_of, secret))
        yield re.escape(b64encode(secret.encode(errors="replace")).decode().rstrip("=")) + "=*"


@lru_cache(4096)
def _forms_of(character: str) -> str:
    """Return a pattern for a character as texts, URLs, JSON and HTML have it."""
    if character.isascii() and character.isalnum():
        return character
    pair = character.encode("utf-16-be", errors="replace").hex()
    forms = [
        character,
        "".join(f"%{byte:02X}" for byte in character.encode(errors="replace")),
        quote(character, errors="replace"),
        "".join(f"\\u{pair[at : at + 4]}" for at in range(0, len(pair), 4)),
        f"\\{character}",
        html.escape(character),
        f"&#{ord(character)};",
    ]
    if character == " ":
        forms.append("+")
    # One that begins as another one does is tried first.
    return f"(?:{'|'.join(map(re.escape, sorted(set(forms), key=len, reverse=True)))})"
