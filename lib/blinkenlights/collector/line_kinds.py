"""Lines that name their own kind, on sockets and in what is posted."""

from collections.abc import Mapping

import msgspec

from blinkenlights.collector.framing import LINE_BYTES
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.signal import Decode, Decoded, Properties


class _Line(msgspec.Struct):
    kind: str = ""


_decode = msgspec.json.Decoder(_Line).decode


def line_decoder(decoders: Mapping[str, Decode], usual: str = "") -> Decode:
    """Return what decodes a line, by the kind that it names.

    Args:
        decoders: By their kind.
        usual: The kind of a line that names none; empty where such a line is refused.
    """
    first = next(iter(decoders), "...")

    def decode(
        line: bytes,
        _routing_key: str,
        properties: Properties | None,
        receipt: float | None,
        _exchange: str,
    ) -> Decoded:
        if len(line) > LINE_BYTES:
            return Rejected("too large", f"a line of more than {LINE_BYTES} bytes")
        try:
            kind = _decode(line).kind or usual
        except msgspec.ValidationError as error:
            return Rejected("no kind", str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return Rejected("not JSON", str(error))
        if not kind:
            return Rejected("no kind", f'it names no kind; begin it with {{"kind": "{first}", ...')
        of_kind = decoders.get(kind)
        if of_kind is None:
            known = ", ".join(sorted(decoders))
            return Rejected("unknown kind", f"{kind[:80]!r}, known: {known}")
        return of_kind(line, "", properties, receipt, "")

    return decode
