"""What a prober brings itself, as lines: results, reports, and that files name somebody no more."""

from blinkenlights.collector.decoding import Decoding
from blinkenlights.kinds.endpoint.signal import ENDPOINTS, PROBERS
from blinkenlights.kinds.signal import Decode, Decoded, Properties

RESULT = b'{"kind":"endpoint"'
"""How a line of ours begins that holds a result."""


def decoder(decoding: Decoding) -> Decode:
    """Return what decodes our own lines, of which nearly all are results."""
    results, reports = (decoding.decoders[each.name] for each in (ENDPOINTS, PROBERS))

    def decode(
        line: bytes, key: str, properties: Properties | None, receipt: float | None, exchange: str
    ) -> Decoded:
        of_its_kind = results if line.startswith(RESULT) else reports
        return of_its_kind(line, key, properties, receipt, exchange)

    return decode
