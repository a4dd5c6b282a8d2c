"""How channels trust servers: always by certificate, by the system's authorities or by one file."""

import ssl

from blinkenlights.outbox.cannot_say import CannotSayError


def trusting(ca_file: str) -> ssl.SSLContext:
    """Return what verifies servers.

    Args:
        ca_file: A file in PEM form with the authorities to trust in place of the system's; empty
            for those.

    Raises CannotSayError, not for ever: a file may come.
    """
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except ssl.SSLError:
        raise CannotSayError(f"{ca_file} holds no certificate of an authority") from None
    except OSError as error:
        raise CannotSayError(f"{ca_file} cannot be read: {error.strerror}") from None
