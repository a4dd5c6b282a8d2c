"""What a certificate says, and why it is not trusted, in words.

A certificate that fails verification has to be read as well: it is then that its days matter.
Python decodes one for the public only when it was verified; the private chain of the connection
has the same decoder for any, from Python 3.11 to 3.14 at least. That saves a library of 4 MB for
three fields. Where it is missing, such a certificate is unknown, and its trouble is still told.
"""

import ssl
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from blinkenlights.probe.observation import Certificate

DAY = 86_400.0

# Numbers of OpenSSL's x509_vfy.h.
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED, _SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_FIRST = 18, 19, 20, 21
_OTHER_HOST, _OTHER_ADDRESS = 62, 64


class Shown(NamedTuple):
    """A certificate as it was shown in a handshake."""

    fields: Mapping[str, Any]
    """As `ssl.SSLSocket.getpeercert` gives them; empty when they cannot be read."""
    code: int = 0
    """Why verification failed, as OpenSSL numbers it; 0 when it did not."""
    message: str = ""
    """The same in the words of OpenSSL."""


def shown_in(connection: ssl.SSLObject, error: ssl.SSLCertVerificationError | None) -> Shown:
    """Read the certificate of a handshake that ended, or failed with `error`."""
    if error is None:
        return Shown(connection.getpeercert() or _unverified(connection))
    return Shown(_unverified(connection), error.verify_code, error.verify_message)


def _unverified(connection: ssl.SSLObject) -> Mapping[str, Any]:
    try:
        chain = connection._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        return dict(chain[0].get_info()) if chain else {}
    except (AttributeError, ValueError, ssl.SSLError):
        return {}


def certificate(shown: Shown, asked_name: str, now: float) -> Certificate | None:
    """Return what is to be told of it; None when its fields could not be read.

    Args:
        shown: What the server showed.
        asked_name: For whom it should be.
        now: Seconds since the epoch.
    """
    try:
        expires = float(ssl.cert_time_to_seconds(shown.fields["notAfter"]))
    except (KeyError, ValueError):
        return None
    names = tuple(_names(shown.fields))
    return Certificate(
        days=(expires - now) / DAY,
        expires=expires,
        issuer=_issuer(shown.fields),
        names=names,
        problem=problem(shown, asked_name, now),
    )


def problem(shown: Shown, asked_name: str, now: float) -> str:
    """Return why it is not trusted, in words; empty when it is."""
    fields = shown.fields
    if not shown.code:
        return ""
    if shown.code == _EXPIRED:
        return _expired(fields, now)
    if shown.code == _NOT_YET_VALID and "notBefore" in fields:
        return f"valid from {fields['notBefore']} only"
    if shown.code in (_OTHER_HOST, _OTHER_ADDRESS):
        names = list(_names(fields))
        whose = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")
        return f"is for {whose or 'nobody'}, not for {asked_name}"
    if shown.code == _SELF_SIGNED:
        return "self-signed"
    if shown.code in (_SELF_SIGNED_IN_CHAIN, _NO_ISSUER, _NO_FIRST):
        issuer = _issuer(fields)
        by = f", it was issued by {issuer}" if issuer else ""
        return f"no authority that we know vouches for it{by}"
    return shown.message


def _expired(fields: Mapping[str, Any], now: float) -> str:
    try:
        late = now - ssl.cert_time_to_seconds(fields["notAfter"])
    except (KeyError, ValueError):
        return "expired"
    if late < 0:
        return "the certificate of an authority in its chain has expired"
    days = int(late / DAY)
    if days == 0:
        return "expired less than a day ago"
    return f"expired {days} day{'s' if days > 1 else ''} ago"


def _names(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield for whom it is; the common name only where there are no others, as browsers had it."""
    others = [name for kind, name in fields.get("subjectAltName", ()) if kind in _KINDS_OF_NAMES]
    yield from others or filter(None, [_part(fields.get("subject", ()), "commonName")])


_KINDS_OF_NAMES = ("DNS", "IP Address")


def _issuer(fields: Mapping[str, Any]) -> str:
    issuer = fields.get("issuer", ())
    return _part(issuer, "commonName") or _part(issuer, "organizationName")


def _part(name: tuple[tuple[tuple[str, str], ...], ...], wanted: str) -> str:
    """Return one part of a distinguished name, as `ssl` gives it; empty when it is missing."""
    return next((value for parts in name for key, value in parts if key == wanted), "")
