"""What one probe saw, before anybody judges it. Times are seconds, sizes bytes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

Trouble = Literal[
    "",
    "dns",
    "refused",
    "unreachable",
    "reset",
    "timeout",
    "tls",
    "certificate",
    "redirect",
    "too big",
    "protocol",
    "proxy",
    "settings",
]
"""Why there is no answer to judge; empty when there is one."""


class Phases(NamedTuple):
    """How long each part took, of the last connection; None for what did not come to its end.

    `total` is that of the whole probe, redirects included, whatever became of it.
    """

    total: float
    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    """From the request to the first byte of the answer."""


class Certificate(NamedTuple):
    """The certificate that the server showed, verified or not."""

    days: float
    """Until it expires; negative since it has."""
    expires: float
    """Seconds since the epoch."""
    issuer: str
    """`Example CA`, its common name or organisation."""
    names: tuple[str, ...]
    """For whom it is: DNS names and addresses."""
    problem: str = ""
    """Why it is not trusted, in words; empty when it is."""


class Observation(NamedTuple):
    """What came of one probe."""

    phases: Phases
    trouble: Trouble = ""
    sentence: str = ""
    """What went wrong, where and within which limit, without secrets; empty when nothing did."""
    status: int | None = None
    headers: Mapping[str, str] = NO_HEADERS
    """Lower-case names; the values of one that came several times joined by `, `."""
    body: bytes = b""
    certificate: Certificate | None = None
    address: str = ""
    """Whom we were connected to: `192.0.2.7:443` or `[2001:db8::1]:443`."""
    went_to: tuple[str, ...] = ()
    """Where redirects led, without secrets."""
