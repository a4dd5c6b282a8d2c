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

_CONNECTED = Vocabulary(names={"time": ANSWER.names["time"]}, thing="the connection")
_SECURED = Vocabulary(
    names={name: ANSWER.names[name] for name in ("time", "cert")}, thing="the connection"
)

VOCABULARIES = {"http": ANSWER, "https": ANSWER, "tcp": _CONNECTED, "tls": _SECURED}
"""What there is to be said, by scheme. A redirect may lead from http to where there is a `cert`."""
