"""An endpoint, as its file describes it: whom to ask, how, when, and what is expected.

Times are seconds, sizes bytes. Secrets are in their places already; what may be shown says so.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from blinkenlights.conditions.condition import Condition
from blinkenlights.config_keys.words import DEFAULT_LOCATION
from blinkenlights.probe.output import Output
from blinkenlights.probe.schedule import Schedule

Scheme = Literal["http", "https", "tcp", "tls"]
Family = Literal["any", "ipv4", "ipv6"]

NOTHING: Mapping[str, str] = MappingProxyType({})


class Tls(NamedTuple):
    """How a TLS connection is made."""

    verify: bool = True
    """Whether a certificate that nobody vouches for fails the probe; it is read in any case."""
    ca_file: str = ""
    """Certificates that vouch for the server; empty for the system's."""
    certificate_file: str = ""
    """Our own certificate, with its key when `key_file` is empty; empty for none."""
    key_file: str = ""
    minimum: Literal["", "1.2", "1.3"] = ""
    """The lowest version that is spoken; empty for what Python allows."""
    server_name: str = ""
    """The name that is asked for (SNI) and has to be in the certificate; empty for the host."""


class Request(NamedTuple):
    """What one probe sends, and how much it puts up with."""

    scheme: Scheme
    url: str
    """With secrets: `http://host:8080/path?api_key=...`; of TCP and TLS `tcp://host:port`."""
    shown_url: str
    """The same with `***` in place of each secret."""
    host: str = ""
    """Whose name or address is in it, in small letters."""
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    timeout: float = 10.0
    """For the whole probe, redirects included."""
    body_limit: int = 65_536
    """From a longer body on, unpacked, the probe has failed."""
    redirects: int = 5
    """How many are followed; 0 for none, so that a redirect is the answer."""
    may_leave_scheme: bool = False
    """Whether a redirect may lead from https to http."""
    may_become_private: bool = False
    """Whether a redirect may lead from elsewhere to a private, local or link-local address."""
    proxy: str = ""
    """`http://user:password@host:port`; empty for none."""
    family: Family = "any"
    tls: Tls = Tls()
    secrets: tuple[str, ...] = ()
    """What must never be shown, wherever it turns up."""


class Policy(NamedTuple):
    """How many results make a state."""

    failures: int = 1
    """So many bad ones ..."""
    of: int = 1
    """... among the last so many make it bad."""
    recoveries: int = 1
    """So many good ones in a row make it good again."""


ONCE = Policy()


class Confirm(NamedTuple):
    """How many workers are asked before it is called bad."""

    bad: int
    """So many have to find it bad ..."""
    of: int
    """... of so many that are asked, the first one included."""


class Endpoint(NamedTuple):
    """One endpoint."""

    name: str
    """Its key in the file: `www.example.net/health`."""
    file: str
    """Name of its file in the folder."""
    line: int
    """Where it begins there."""
    request: Request
    schedule: Schedule
    tests: Sequence[Condition] = ()
    """All have to hold, or it has failed (CRITICAL); `success_test` is one of them."""
    degraded: Sequence[Condition] = ()
    """When one of them holds, it is degraded (WARNING)."""
    capture: Sequence[str] = ()
    """Values of the JSON answer to keep: `queue.depth`."""
    policy: Policy = ONCE
    labels: Mapping[str, str] = NOTHING
    outputs: Sequence[Output] = ()
    """Where results are posted to."""
    is_reference: bool = False
    """Whether it tells that we reach anything at all: one on another network."""
    location: str = DEFAULT_LOCATION
    """Where it is probed from."""
    confirm: Confirm | None = None
    """None where the word of one worker is enough."""
    settings: bytes = b""
    """What its file says of it, defaults included, as JSON of `files.settings.EndpointSettings`.
    Places for secrets are places still."""
    digest: str = ""
    """Another one when the settings, or where they stand, have changed."""
