"""By what address an output is told: whoever talks to one tells it one thing after the other."""

from binascii import crc32
from urllib.parse import urlsplit

from blinkenlights.masking import MASK
from blinkenlights.probe.output import AwsOutput, Output

AT_ONCE_TO_HOST = 8
"""Posts to one host at a time, and so many hear nothing when it wants to hear nothing."""


def address_of(output: Output, endpoint: str) -> str:
    """Return by what address an output is told: its host, and one of a few places for it."""
    if isinstance(output, AwsOutput):
        host = f"aws {crc32(output.url.encode()):08x}" if output.url else f"aws {output.region}"
    else:
        host = urlsplit(output.url).hostname or ""
        if MASK in output.place:
            host = f"hidden {crc32(host.encode()):08x}"
    return f"{host}#{crc32(endpoint.encode()) % AT_ONCE_TO_HOST}"
