"""The keys of the configuration, each with its sentence, default, bounds and example.

This is the only place that lists them: loading, messages, environment names and
docs/configuration.md are all made from it.
"""

import socket
from collections.abc import Callable
from typing import Annotated

from msgspec import Meta, Struct, field

from blinkenlights.config import addresses, words
from blinkenlights.config.passwords import STORE_PASSWORD, read_password
from blinkenlights.durations import seconds_in
from blinkenlights.signals.heartbeat import LONGEST_INTERVAL
from blinkenlights.store.layout import OUTCOMES_KEPT

Check = Callable[[str], None]
"""Raises ValueError with a sentence when a text is not acceptable."""


def key(
    says: str,
    example: object,
    check: Check | None = None,
    ge: float | None = None,
    le: float | None = None,
) -> Meta:
    """Return the description of one key, in the form in which msgspec keeps it with the type."""
    return Meta(description=says, examples=[example], extra={"check": check}, ge=ge, le=le)


class StoreConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Redis or Valkey server that holds everything."""

    url: Annotated[
        str,
        key(
            "Where the store is: `redis://`, `rediss://` (TLS) or `unix://`.",
            "rediss://store.example.net:6380/0",
            addresses.check_store,
        ),
    ] = "redis://127.0.0.1:6379/0"
    username: Annotated[
        str, key("The user to log in as; empty for the server's default user.", "collector")
    ] = ""
    password_file: Annotated[
        str,
        key(
            "A file whose first line is the password; without it, `BLINKENLIGHTS_STORE_PASSWORD`.",
            "/etc/blinkenlights/store.password",
        ),
    ] = ""
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for the store with `rediss://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""

    def password(self) -> str | None:
        """Return the password from `password_file` or the environment; raises ConfigError."""
        return read_password("password_file", self.password_file, STORE_PASSWORD)


class AmqpConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A queue of a broker, bound to an exchange. Write one for each exchange of the same queue."""

    url: Annotated[
        str,
        key(
            "The broker: `amqp://` or `amqps://` (TLS), user, host, port and vhost.",
            "amqp://guest:guest@127.0.0.1:5672/",
            addresses.check_broker,
        ),
    ]
    exchange: Annotated[
        str, key("The exchange to bind the queue to.", "blinkenlights", words.check_broker_name)
    ]
    type: Annotated[
        str,
        key("Its type: `direct`, `fanout`, `headers` or `topic`.", "topic", words.check_type),
    ] = "topic"
    keys: Annotated[
        list[str],
        key(
            "The binding keys; a fanout or headers exchange needs none. One taken away stays bound "
            "until you unbind it at the broker.",
            ["heartbeat.#"],
        ),
    ] = []
    queue: Annotated[
        str,
        key(
            "The durable queue; collectors that share it share its messages.",
            "blinkenlights.heartbeat",
            words.check_broker_name,
        ),
    ]
    kind: Annotated[
        str, key("The kind of signal that its messages hold.", "heartbeat", words.check_kind)
    ]
    passive: Annotated[
        bool,
        key("True for an exchange that others own: it must be there and is never declared.", True),
    ] = False
    rejected_queue: Annotated[
        str,
        key(
            "The durable queue that gets messages which cannot be parsed; empty where you may make "
            "none: they are counted and sampled all the same.",
            "blinkenlights.rejected",
            words.check_broker_name_if_any,
        ),
    ] = "blinkenlights.rejected"
    password_file: Annotated[
        str,
        key(
            "A file whose first line is the password, in place of one in `url`.",
            "/etc/blinkenlights/broker.password",
        ),
    ] = ""
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for the broker with `amqps://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""

    def password(self) -> str | None:
        """Return the password from `password_file`, or None; raises ConfigError."""
        return read_password("password_file", self.password_file)


class LinesConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A socket that takes JSON lines; each line names its kind: `{"kind": "heartbeat", ...}`."""

    listen: Annotated[
        str,
        key(
            "Where to listen: `unix:///path`, `tcp://host:port` or `udp://host:port`.",
            "unix:///run/blinkenlights/lines.sock",
            addresses.check_listen,
        ),
    ]
    mode: Annotated[
        str,
        key("The permissions of a Unix socket, as for chmod.", "0666", words.check_mode),
    ] = "0660"


class CollectorConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this collector works; the defaults suit 10 and 10,000 messages a second."""

    name: Annotated[
        str,
        key(
            "Its name in the store: unique among collectors, and the same after a restart.",
            "collector-1",
            words.check_collector,
        ),
    ] = field(default_factory=socket.gethostname)
    batch_size: Annotated[
        int,
        key(
            "Messages that are enough for a round trip to the store. Of a backlog more of them "
            "travel together while the store is busy, up to `prefetch`.",
            1000,
            ge=1,
            le=10_000,
        ),
    ] = 500
    batch_seconds: Annotated[
        float,
        key("How long a message waits for others to share its round trip.", 0.2, ge=0.001, le=10),
    ] = 0.05
    prefetch: Annotated[
        int,
        key("Messages a broker may send ahead of their storing.", 5000, ge=1, le=65_535),
    ] = 2000
    shutdown_seconds: Annotated[
        float,
        key("How long a stop may take to store what is in hand.", 30, ge=0, le=600),
    ] = 10


class HeartbeatConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for heartbeats that do not say otherwise."""

    interval: Annotated[
        int,
        key(
            "Seconds between two beats: late after 1.5 of them, silent after 2.",
            10,
            ge=1,
            le=LONGEST_INTERVAL,
        ),
    ] = 60
    longest_interval: Annotated[
        int,
        key(
            "Seconds of the longest interval that a heartbeat may give itself: one that says more "
            "is counted as `trimmed:bad interval`, and judged by `interval`.",
            90000,
            ge=1,
            le=LONGEST_INTERVAL,
        ),
    ] = LONGEST_INTERVAL


class LogConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The exchange with all transfer logs, and one for each source with what concerns it."""

    url: Annotated[
        str,
        key(
            "The broker; empty for that of the first `[[amqp]]` whose kind is `transfer`.",
            "amqp://router@127.0.0.1:5672/",
            addresses.check_broker_if_any,
        ),
    ] = ""
    exchange: Annotated[
        str,
        key(
            "The exchange with all logs; empty for that of the same `[[amqp]]`, else `log`.",
            "xreport",
            words.check_broker_name_if_any,
        ),
    ] = ""
    type: Annotated[str, key("Its type, where it is not there yet.", "topic", words.check_type)] = (
        "topic"
    )
    keys: Annotated[list[str], key("The binding keys; empty for all.", ["v02.report.#"])] = []
    source_exchange: Annotated[
        str,
        key(
            "The exchange of one source: `{source}` stands for its name.",
            "xr_{source}",
            words.check_pattern,
        ),
    ] = "log_{source}"
    missing: Annotated[
        str,
        key(
            "What `route` does where a source has no exchange: `skip` the message and say so, or "
            "`create` it.",
            "create",
            words.check_missing,
        ),
    ] = "skip"
    sources: Annotated[
        list[str],
        key("The sources for whom `broker setup` makes an exchange and a user.", ["metpx"]),
    ] = []
    user: Annotated[
        str,
        key(
            "The broker's user for one source: `{source}` stands for its name.",
            "reader-{source}",
            words.check_pattern,
        ),
    ] = "{source}"
    route_queue: Annotated[
        str,
        key("The durable queue of `route`.", "q_router.route", words.check_broker_name),
    ] = "blinkenlights.route"
    capture_queue: Annotated[
        str,
        key("The durable queue of `log --capture`.", "q_metpx.capture", words.check_broker_name),
    ] = "blinkenlights.capture"
    password_file: Annotated[
        str,
        key(
            "A file whose first line is the password, in place of one in `url`.",
            "/etc/blinkenlights/router.password",
        ),
    ] = ""
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for the broker with `amqps://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""


class SpeedoConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `blinkenlights speedo` publishes, at the broker of `[log]`."""

    exchange: Annotated[
        str,
        key(
            "The exchange for all speedos; made where it is not there. Sources get theirs at "
            "`source_exchange` of `[log]`.",
            "xreport",
            words.check_broker_name,
        ),
    ] = "log"
    all_interval: Annotated[
        float, key("Seconds between two speedos of everything.", 10, ge=0.1, le=86_400)
    ] = 1
    interval: Annotated[
        float,
        key("Seconds between two speedos of a client or a source.", 300, ge=0.1, le=86_400),
    ] = 60


class TransferConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some clients or sources; the first that matches one holds for it."""

    client: Annotated[str, key("Which clients: a name or a glob; or else `source`.", "ddsr*")] = ""
    source: Annotated[str, key("Which sources: a name or a glob.", "metpx")] = ""
    deadline: Annotated[
        str | float,
        key(
            "A good transfer has to come at least so often: seconds, or a text such as `2h`; empty "
            "for no deadline.",
            "2h",
            words.check_duration,
        ),
    ] = ""
    min_rate: Annotated[
        float, key("The least transfers a minute; 0 for none.", 0.5, ge=0, le=1e9)
    ] = 0
    max_errors: Annotated[
        float, key("The most bad ones among them, in percent.", 5, ge=0, le=100)
    ] = 100

    def seconds(self) -> float | None:
        """Return the deadline; None where there is none."""
        return _seconds(self.deadline)


class PoolConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is demanded of some worker pools; of several that match one the first holds."""

    name: Annotated[
        str,
        key(
            "Which pools: a name or a glob.",
            "releng-hardware/gecko-t-osx-*",
            words.check_pool,
        ),
    ]
    warning: Annotated[
        str | float,
        key(
            "A machine is late when it was not seen for so long: seconds, or a text such as `4h`; "
            "empty for never.",
            "4h",
            words.check_duration,
        ),
    ] = ""
    critical: Annotated[
        str | float,
        key("It is silent when it was not seen for so long.", "1d", words.check_duration),
    ] = ""
    minimum: Annotated[
        int, key("How many machines have to be alive; 0 for no matter.", 20, ge=0, le=1_000_000)
    ] = 0
    failing: Annotated[
        int,
        key(
            "So many tasks in a row that failed on one machine are too many; 0 for no matter.",
            5,
            ge=0,
            le=OUTCOMES_KEPT,
        ),
    ] = 0

    def warning_seconds(self) -> float | None:
        """Return the age at which a machine is late; None for never."""
        return _seconds(self.warning)

    def critical_seconds(self) -> float | None:
        """Return the age at which a machine is silent; None for never."""
        return _seconds(self.critical)


class MachineConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which machines there should be."""

    inventory: Annotated[
        str,
        key(
            "A file with the machines that are expected, one per line; `#` begins a comment. A "
            "machine is written as `mdc1:t-linux64-ms-001` or as the host name in `hosts`.",
            "/etc/blinkenlights/machines.list",
        ),
    ] = ""
    hosts: Annotated[
        str,
        key(
            "Where host names in the inventory have the machine and its datacenter; `*` stands for "
            "one part between dots.",
            "{machine}.*.{datacenter}.example.net",
            words.check_hosts,
        ),
    ] = "{machine}.*.*.{datacenter}.*.*"


def _seconds(duration: str | float) -> float | None:
    """Return a duration in seconds; None where it is empty."""
    if isinstance(duration, str):
        return seconds_in(duration) if duration else None
    return duration


class WebConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The status page and the JSON API, by `blinkenlights web`, or by `up` when `listen` is set."""

    listen: Annotated[
        str,
        key(
            "Host and port; empty for 127.0.0.1:8480, which `up` does not open by itself.",
            "127.0.0.1:8480",
            addresses.check_host_port_if_any,
        ),
    ] = ""
    tokens_file: Annotated[
        str, key("Who may read or write; `blinkenlights web token` writes it.", "web.tokens")
    ] = "/etc/blinkenlights/web.tokens"
    anonymous: Annotated[
        str,
        key(
            "Who may read without a token: `local` for everybody who reaches a loopback address, "
            "`all` or `none`.",
            "none",
            words.check_anonymous,
        ),
    ] = "local"
    post: Annotated[
        bool,
        key("True to take signals by POST, with a token. The store's user must then write.", True),
    ] = False
    certificate: Annotated[
        str,
        key("A file with certificates, the server's first, for TLS.", "/etc/ssl/certs/web.pem"),
    ] = ""
    private_key: Annotated[
        str, key("A file with its private key, for TLS.", "/etc/ssl/private/web.key")
    ] = ""
    plain: Annotated[
        bool,
        key("True to serve without TLS where others than this machine can listen in.", True),
    ] = False
    proxies: Annotated[
        list[str],
        key(
            "Addresses or networks of proxies, whose X-Forwarded-For is believed.",
            ["127.0.0.1"],
        ),
    ] = []
    rate: Annotated[
        float,
        key("Requests a second of one token, or of one address without.", 20, ge=0.1, le=100_000),
    ] = 100
    body_bytes: Annotated[int, key("The longest body of a POST.", 65_536, ge=1024, le=2**26)] = (
        2**20
    )
    streams: Annotated[
        int, key("Pages that are kept up to date at one time.", 50, ge=0, le=10_000)
    ] = 200


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be configured."""

    store: StoreConfig = field(default_factory=StoreConfig)
    amqp: list[AmqpConfig] = []
    lines: list[LinesConfig] = []
    collector: CollectorConfig = field(default_factory=CollectorConfig)
    heartbeat: HeartbeatConfig = field(default_factory=HeartbeatConfig)
    log: LogConfig = field(default_factory=LogConfig)
    speedo: SpeedoConfig = field(default_factory=SpeedoConfig)
    transfer: list[TransferConfig] = []
    machine: MachineConfig = field(default_factory=MachineConfig)
    pool: list[PoolConfig] = []
    web: WebConfig = field(default_factory=WebConfig)

    def queues(self) -> list[tuple[AmqpConfig, ...]]:
        """Return the tables in `amqp`, together where they share one queue."""
        found: dict[tuple[str, str], list[AmqpConfig]] = {}
        for each in self.amqp:
            found.setdefault((each.url, each.queue), []).append(each)
        return [tuple(bindings) for bindings in found.values()]
