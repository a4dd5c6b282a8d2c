"""What conditions may say of the answer of an endpoint."""

from blinkenlights.conditions.vocabulary import (
    ANYTHING,
    LIST,
    TEXT,
    Fields,
    FreeMap,
    Number,
    Vocabulary,
)

_SECONDS = Number(least=0)

ANSWER = Vocabulary(
    names={
        "status": Number(least=100, most=599),
        "headers": FreeMap(TEXT),
        "json": ANYTHING,
        "body": TEXT,
        "time": Fields(
            dict.fromkeys(("total", "dns", "connect", "tls", "first_byte"), _SECONDS),
        ),
        "cert": Fields({"days": Number(), "issuer": TEXT, "names": LIST}),
    },
    thing="the answer",
    endless=("json", "body", "headers"),
)
"""Names of headers are lower-case, times are seconds, `cert.days` is negative once it expired."""
