"""The result of a probe as it travels: as a line, or as a message of a broker.

Probers write it and decoders read it, so it is described once. Times are seconds since the epoch,
spans are seconds.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Word = Literal["ok", "degraded", "failed", "removed"]
Found = Literal["ok", "degraded", "failed", "unanswered"]
MOST_REASONS = 20
MOST_VALUES = 64
MOST_LABELS = 32
MOST_ASKED = 20
LONGEST_PERIOD = 36 * 86400.0
"""Seconds from one result to the next: five weeks, as between first Mondays, and a day.

Until the next one is missed a good result stands, though nobody probes any more.
"""


class CertificateMessage(Struct, frozen=True, omit_defaults=True):
    """The certificate that an endpoint showed."""

    days: float
    """Until it expires; negative since it has."""
    issuer: str = ""
    problem: str = ""
    """Why it is not trusted; empty when it is."""


class Times(Struct, frozen=True, omit_defaults=True):
    """How long each part of a probe took."""

    total: Annotated[float, Meta(ge=0)] | None = None
    dns: Annotated[float, Meta(ge=0)] | None = None
    connect: Annotated[float, Meta(ge=0)] | None = None
    tls: Annotated[float, Meta(ge=0)] | None = None
    first_byte: Annotated[float, Meta(ge=0)] | None = None


class AskedMessage(Struct, frozen=True, omit_defaults=True):
    """What one of several workers found that were asked about an endpoint."""

    worker: str
    result: Found
    """`unanswered` says that it could not tell, or did not in time."""
    reason: str = ""


class ResultMessage(Struct, omit_defaults=True, tag_field="kind", tag="endpoint"):
    """One probe of one endpoint, or that its file names it no more."""

    endpoint: str
    """Its key in the file: `www.example.net/health`."""
    due: float
    """When it was to begin. Each endpoint has one result for each such moment."""
    result: Word
    """`removed` says that nobody probes it any more."""
    started: float | None = None
    ended: float | None = None
    next: float | None = None
    """When the next probe is due."""
    timeout: Annotated[float, Meta(ge=0)] = 0.0
    """How long a probe may take."""
    failures: tuple[Annotated[int, Meta(ge=1, le=20)], Annotated[int, Meta(ge=1, le=20)]] = (1, 1)
    """So many bad results among the last so many make it bad."""
    recoveries: Annotated[int, Meta(ge=1, le=20)] = 1
    """So many good ones in a row make it good again."""
    reasons: list[str] = []
    """Why it is not good."""
    prober: str = ""
    worker: str = ""
    """Who made the probe, where a scheduler gives jobs to workers; `prober` is the scheduler."""
    location: str = ""
    """From where."""
    planned: Annotated[float, Meta(ge=0)] = 0.0
    """Seconds from one run to the next by the schedule, where capacity is short and `next` is
    later than that; else 0."""
    asked: list[AskedMessage] = []
    """What each worker found, where several were asked."""
    file: str = ""
    status: int | None = None
    address: str = ""
    time: Times = Times()
    certificate: CertificateMessage | None = None
    values: dict[str, str | float | bool | None] = {}
    """What was captured from the answer."""
    labels: dict[str, str] = {}
