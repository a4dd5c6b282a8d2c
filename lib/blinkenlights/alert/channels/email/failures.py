"""What errors of SMTP mean."""

import ssl

import aiosmtplib

from blinkenlights.masking import masked
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.reasons import reason_of
from blinkenlights.plugin.words import clean, shorten

WORDS = 120
"""Bytes of what a server says that are shown."""
FOR_EVER = 500
"""From this code on a server says that it will never take it."""
OF_SETTINGS = frozenset((421, 454, 530, 534, 535, 538))
"""Logins and TLS, which people mend."""


def failure_of(error: Exception, where: str) -> CannotSayError:
    """Return an error as it may be shown.

    Args:
        error: Of aiosmtplib, of a socket, or of a mail that cannot be made.
        where: The server, in words.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _all_refused(error, where)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return CannotSayError(f"{where} refuses the login with {error.code}")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(where, error.code, error.message)
    if isinstance(error, aiosmtplib.SMTPException):
        certificate = _in_causes(error)
        if certificate is not None:
            return _not_trusted(where, certificate)
        return CannotSayError(f"{where} broke off: {_words(error.message)}", is_unsure=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _not_trusted(where, error)
    if isinstance(error, ssl.SSLError):
        return CannotSayError(f"{where} does not speak TLS as it should: {reason_of(error)}")
    if isinstance(error, OSError):
        return CannotSayError(f"{where} cannot be reached: {reason_of(error)}")
    return CannotSayError(f"no mail can be made of it: {_words(str(error))}", is_final=True)


def _all_refused(error: aiosmtplib.SMTPRecipientsRefused, where: str) -> CannotSayError:
    # One that may be taken later is worth to try again.
    best = min(error.recipients, key=lambda each: each.code)
    return _refused(where, best.code, best.message)


def _refused(where: str, code: int, words: str) -> CannotSayError:
    is_final = code >= FOR_EVER and code not in OF_SETTINGS
    return CannotSayError(f"{where} refuses it with {code}: {_words(words)}", is_final=is_final)


def _not_trusted(where: str, error: ssl.SSLCertVerificationError) -> CannotSayError:
    why = error.verify_message or "nobody says why"
    return CannotSayError(f"the certificate of {where} is not trusted: {why}")


def _in_causes(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _words(text: str) -> str:
    return shorten(masked(clean(" ".join(text.split()))), WORDS)
