"""What others send may hold their secrets: here they are masked, wherever it is shown.

Captures and routed copies stay whole; they are for those whom they concern.

Standard library only, and no regular expressions for a text that cannot need them: checks import
this.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from re import Match, Pattern

MASK = "***"

_HINTS = ("pass", "pw", "secret", "token", "credential", "authori", "key", "cookie", "session")
"""No key of a secret is without one of these."""
_BEARER = "bearer "
_KEY = (
    r"(?:pass(?:wor[dt]|wd|phrase|code)|(?<=[-_.])(?:pass|pw)(?![a-z])|pwd|secret|token|credential|authori[sz]ation|cookie"
    r"|(?:api|auth|access|private|account|signing|encryption|shared|master)[-_. ]?key"
    r"|session[-_. ]?(?:id|key))"
)
_VALUE = (
    r"""(?:\\"(?:[^"\\]|\\[^"])*(?:\\")?|"(?:[^"\\]|\\.)*"?|'[^']*'?|\[[^\]]*\]?|\{[^}]*\}?"""
    r"""|(?:(?:bearer|basic|digest)\s+)?[^\s,;&"'}\])]+)"""
)
_ALONE = frozenset(("pass", "pw", "pin", "auth", "passwords"))
"""Keys of secrets as a whole word; in others these letters mean nothing."""


def without_passwords(text: str) -> str:
    """Return a text, or a name, without passwords in URLs. Equal texts stay equal."""
    if "://" in text or r":\/\/" in text:
        return _urls().sub(_without_login, text)
    return text


def masked(text: str) -> str:
    """Return a text without passwords in URLs, values of telling keys, tokens and private keys.

    Not for names: of `tokens:mailer` nothing would be left but the system.
    """
    # Most texts are a word, and there are thousands a second.
    if ":" not in text and "=" not in text and " " not in text:
        return text
    text = without_passwords(text)
    folded = text.casefold()
    if any(hint in folded for hint in _HINTS) or _BEARER in folded:
        text = _pairs().sub(_without_value, text)
    return text


def masked_value(key: str, value: object) -> object:
    """Return what stands under a key, as JSON has it, with its secrets masked, at any depth.

    A number is one only where it may be a password: `tokens` may well be counted.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return MASK if _is_password(key) else value
    if _is_secret(key):
        return MASK
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {name: masked_value(str(name), each) for name, each in value.items()}
    if isinstance(value, list):
        return [masked_value("", each) for each in value]
    return value


def _is_secret(key: str) -> bool:
    folded = key.casefold()
    if folded in _ALONE:
        return True
    return any(hint in folded for hint in _HINTS) and _keys().search(key) is not None


def _is_password(key: str) -> bool:
    folded = key.casefold()
    return folded in {"pw", "pin"} or any(word in folded for word in ("passw", "passc", "pwd"))


# Checks that show nothing of others have no use for the tables of `re`.
@cache
def _urls() -> "Pattern[str]":
    import re  # noqa: PLC0415

    # A colon and digits before a slash are a port. Whoever writes a token in place of a user
    # writes a long one.
    return re.compile(
        r"""(:(?:\\?/){2})(?:([^/?#\s:@\["'\\]{0,256}):(?:[^\s"'/]{0,1024}@|(?!\d*/)[^\s"'@]{0,1024}@)"""
        r"""|[^\s/:@"'\\]{20,1024}@)"""
    )


def _without_login(found: "Match[str]") -> str:
    start, user = found.groups()
    return f"{start}{MASK}@" if user is None else f"{start}{user}:{MASK}@"


@cache
def _keys() -> "Pattern[str]":
    import re  # noqa: PLC0415

    return re.compile(_KEY, re.IGNORECASE)


@cache
def _pairs() -> "Pattern[str]":
    import re  # noqa: PLC0415

    return re.compile(
        rf"""({_KEY}[\w.\-]{{0,40}}\\?["']?\s{{0,8}}[=:]\s{{0,8}})({_VALUE})"""
        r"|(\bbearer\s{1,8})[\w.~+/=\-]{8,}"
        r"|(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*",
        re.IGNORECASE | re.DOTALL,
    )


def _without_value(found: "Match[str]") -> str:
    key, value, bearer, begin = found.groups()
    if key is None:
        return f"{bearer or begin}{MASK}"
    quote = next((mark for mark in (r"\"", '"', "'") if value.startswith(mark)), "")
    return f"{key}{quote}{MASK}{quote}"
