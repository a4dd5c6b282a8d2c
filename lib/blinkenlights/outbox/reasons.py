"""Errors of sockets in the system's words: asyncio's repeat addresses, and name its functions."""

import os
import ssl


def reason_of(error: OSError) -> str:
    """Return what the system calls an error, without a number: `connection refused`."""
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").replace("_", " ").lower()
    # Errors of the name service have numbers below zero.
    number = error.errno or 0
    text = (os.strerror(number) if number > 0 else error.strerror) or type(error).__name__
    return text[:1].lower() + text[1:]
