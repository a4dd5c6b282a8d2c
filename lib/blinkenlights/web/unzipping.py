"""Bodies of requests that came compressed: whole, and within a bound, or refused.

aiohttp takes one that was cut off for whole.
"""

import zlib

from blinkenlights.web.problems import Invalid, TooLarge, Unsupported

_FORMATS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Coding -> zlib's `wbits` for it."""


def unzipped(body: bytes, coding: str, most: int) -> bytes:
    """Return a body as it was before it was compressed.

    Args:
        body: What came.
        coding: What Content-Encoding says; may be empty.
        most: Bytes that it may have.

    Raises:
        Invalid: It is not what the coding says, or not all of it.
        TooLarge: It is longer.
        Unsupported: The coding is one that we do not take.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        return body
    if coding not in _FORMATS:
        raise Unsupported("a body may be compressed with gzip or deflate, or not at all")
    parts: list[bytes] = []
    left, size = body, 0
    while left:
        member = zlib.decompressobj(_FORMATS[coding])
        try:
            part = member.decompress(left, most - size + 1)
        except zlib.error:
            raise Invalid(f"the body is no {coding}, as Content-Encoding says") from None
        size += len(part)
        if size > most:
            raise TooLarge(f"a body has at most {most} bytes; send it in parts")
        if not member.eof:
            raise Invalid(f"the body is {coding} that ends too early; nothing was taken")
        parts.append(part)
        left = member.unused_data
    return b"".join(parts)
