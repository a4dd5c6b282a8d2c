"""Reports of probers on the wire; message.py has their form."""

import msgspec
from msgspec.structs import replace

from blinkenlights.kinds.endpoint.prober import locations_decode
from blinkenlights.kinds.endpoint.prober.fact import ProberReport
from blinkenlights.kinds.endpoint.prober.message import (
    MOST_FAILING,
    MOST_PROBLEMS,
    FailingOutput,
    ProberMessage,
)
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.fields import (
    BODY_BYTES,
    Invalid,
    event_time,
    optional_name,
    printable_name,
    text_for_people,
)

_decode = msgspec.json.Decoder(ProberMessage).decode
_encode = msgspec.json.Encoder().encode


def _for_people(one: FailingOutput) -> FailingOutput:
    return replace(
        one,
        endpoint=text_for_people(one.endpoint),
        output=text_for_people(one.output),
        to=text_for_people(one.to),
        error=text_for_people(one.error),
    )


def parse(body: bytes) -> ProberReport | Rejected:
    """Return what a prober reports, or why it reports nothing."""
    if len(body) > BODY_BYTES:
        return Rejected("too large", f"more than {BODY_BYTES} bytes")
    try:
        message = _decode(body)
        event = event_time(message.timestamp)
        message.prober = printable_name(message.prober, "prober")
    except Invalid as invalid:
        return invalid.rejected
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("no report of a prober", str(error))
    message.blind = text_for_people(message.blind)
    message.problems = [
        replace(
            each,
            file=optional_name(each.file) or "a file",
            sentence=text_for_people(each.sentence),
        )
        for each in message.problems[:MOST_PROBLEMS]
    ]
    message.locations = locations_decode.bounded(message.locations)
    outputs = message.outputs
    worst = [_for_people(each) for each in outputs.worst[:MOST_FAILING]]
    message.outputs = replace(outputs, worst=worst)
    window = message.window
    figures = {
        "lag": window.lag_95,
        "missed": float(message.missed),
        "run": float(message.run),
        "used": window.used,
        "files.bad": float(len({each.file for each in message.problems})),
    }
    return ProberReport(event, message.prober, _encode(message).decode(), figures)
