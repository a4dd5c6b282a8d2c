"""What a collector writes about itself and what it missed."""

from zlib import crc32

from msgspec import Struct
from msgspec.structs import replace

from blinkenlights.masking import masked


def source_id(address: str) -> str:
    """Return the id of a source, 8 hex digits: short, because every component carries one."""
    return f"{crc32(address.encode()):08x}"


class SourceReport(Struct, kw_only=True):
    """One AMQP queue or socket, as one collector sees it."""

    source: str
    """`source_id` of the address. Collectors that share a queue report the same id."""
    kind: str
    transport: str
    """`amqp` or `lines`."""
    address: str
    """Where it is, for people; without user and password."""
    connected: bool
    watermark: float
    """Everything sent to this source before this moment has been stored."""
    ready: int | None
    """Messages that wait in the broker; None when not known."""
    error: str = ""
    """Why it is not connected, or what is wrong though it is."""
    is_unused: bool = False
    """Whether no message ever came by it, as far as this collector knows."""


class CollectorReport(Struct, kw_only=True):
    """One collector's report, rewritten every second. Times are seconds since the epoch."""

    name: str
    host: str
    pid: int
    version: str
    started: float
    beat: float
    """When this report was written."""
    stopped: float | None
    """When the collector was stopped in good order; None while it runs or when it died."""
    interval: int
    """Seconds between two messages of a sender that does not say."""
    sources: list[SourceReport]
    stored: int
    """Messages stored since the start."""
    stored_per_second: float
    rejects_per_minute: float
    memory: int
    """Bytes resident."""
    dropped: int
    """Datagrams lost since the start, because they came faster than they could be taken."""
    names: int = 0
    """Names in the store, of all kinds and by whomever they came."""
    new_names_per_minute: float = 0.0
    """Those that came by this collector in the last minute."""
    onward: str = ""
    """Why what it stored does not go on to another database; empty when it does, or has not to."""


class Gap(Struct, kw_only=True, omit_defaults=True):
    """A span in which a source could not be heard, or of which nothing is left."""

    source: str
    start: float
    end: float
    reason: str
    lost: str = ""
    """What the store had, and has lost, in words; empty for a gap in which nothing was heard."""
    lost_from: float | None = None
    lost_to: float | None = None


class Sample(Struct, kw_only=True):
    """A rejected message, kept for the operator to see."""

    time: float
    source: str
    """Address of the source."""
    reason: str
    detail: str
    body: str
    """The first bytes of the message, as printable ASCII with escapes."""

    def masked(self) -> "Sample":
        """Return it as it may be shown: one that an earlier version kept may hold secrets."""
        return replace(self, detail=masked(self.detail), body=masked(self.body))
