"""The tables that say where signals come from, how they are collected, and into which store."""

import re
import socket
from typing import Annotated

from msgspec import Struct, field

from blinkenlights.config.passwords import read_password
from blinkenlights.config_keys import addresses, words
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import shown
from blinkenlights.kinds.registry import signal_named, signals
from blinkenlights.store.settings import DEFAULT_URL, URL_OF_OTHERS, StoreSettings


def _check_kind(text: str) -> None:
    """Accept the signals that there are."""
    if signal_named(text) is None:
        known = " or ".join(sorted(each.name for each in signals()))
        raise ValueError(f"{shown(text)} is not a kind of signal; use {known}")


def _check_kind_if_any(text: str) -> None:
    """Accept a kind of signal, or nothing."""
    if text:
        _check_kind(text)


def _check_mode(text: str) -> None:
    """Accept permissions in octal digits."""
    if not re.fullmatch(r"0?[0-7]{3}", text):
        raise ValueError(f"{shown(text)} is not a mode in octal digits; write for example 0660")


def _check_collector(text: str) -> None:
    """Accept a name that every terminal and every check output can show."""
    if not re.fullmatch(r"[A-Za-z0-9_.:@+-]{1,100}", text):
        raise ValueError(
            f"{shown(text)} is not a name; use up to 100 letters, digits and any of _ . : @ + -"
        )


class StoreConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The Redis or Valkey server that holds everything."""

    url: Annotated[
        str,
        key(
            "Where the store is: `redis://`, `rediss://` (TLS) or `unix://`. Empty: the store of "
            "`blinkenlights up` if there is one on this machine, else that of the variable "
            f"`{URL_OF_OTHERS}`, else `{DEFAULT_URL}`.",
            "rediss://store.example.net:6380/0",
            addresses.check_store_if_any,
        ),
    ] = ""
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
    maxmemory: Annotated[
        int,
        key(
            "Bytes that the store of `blinkenlights up` may use before it refuses what is new; 0 "
            "for a quarter of the machine's memory. A server of your own has a `maxmemory` itself.",
            2_147_483_648,
            ge=0,
            le=1_125_899_906_842_624,
        ),
    ] = 0
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for the store with `rediss://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""

    def settings(self) -> StoreSettings:
        """Return what these keys mean, as the checks have it."""
        return StoreSettings(self.url, self.username, self.password_file, self.ca_file)


class AmqpConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A queue of a broker, bound to an exchange. Write one for each exchange of the same queue."""

    url: Annotated[
        str,
        key(
            "The broker: `amqp://` or `amqps://` (TLS), user, host, port and vhost. Without "
            "a user it is the variable `AMQP_USER`, else `guest`.",
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
        str, key("The kind of signal that its messages hold.", signals()[0].name, _check_kind)
    ]
    format: Annotated[
        str,
        key(
            "The form of its messages, where the kind takes several: for metrics `numbat`, "
            "`statsd` or `influx`; empty for the kind's own.",
            "json",
        ),
    ] = ""
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
        key("The permissions of a Unix socket, as for chmod.", "0666", _check_mode),
    ] = "0660"
    kind: Annotated[
        str,
        key(
            "The kind of lines that name none, as clients of others send them; empty where each "
            "has to name its own.",
            signals()[-1].name,
            _check_kind_if_any,
        ),
    ] = ""
    format: Annotated[
        str,
        key(
            "The form of all lines, where the kind takes several: for metrics `numbat`, `statsd` "
            "or `influx`; empty for JSON.",
            "json",
        ),
    ] = ""
    receive_buffer: Annotated[
        int,
        key(
            "Bytes of datagrams that the kernel is asked to keep for `udp://` until they are read; "
            "it gives no more than `net.core.rmem_max`.",
            33_554_432,
            ge=4096,
            le=1_073_741_824,
        ),
    ] = 8_388_608


class CollectorConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this collector works; the defaults suit 10 and 10,000 messages a second."""

    name: Annotated[
        str,
        key(
            "Its name in the store: unique among collectors, and the same after a restart.",
            "collector-1",
            _check_collector,
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
        key(
            "Messages a broker may send ahead of their storing; of a socket five times as many are "
            "read ahead.",
            5000,
            ge=1,
            le=65_535,
        ),
    ] = 4000
    max_names: Annotated[
        int,
        key(
            "Names of one kind that one source of signals or one token may bring; further new ones "
            "are rejected, and those that are known go on.",
            250_000,
            ge=1,
            le=100_000_000,
        ),
    ] = 100_000
    max_names_in_all: Annotated[
        int,
        key(
            "Names in the store, of all kinds together, from which on every new one is rejected.",
            4_000_000,
            ge=1,
            le=100_000_000,
        ),
    ] = 1_000_000
    max_numbers: Annotated[
        int,
        key(
            "Series that may be made of what messages of another kind hold beside, such as further "
            "keys of heartbeats that are numbers: so many for each kind; 0 for none. Further ones "
            "are left out and counted, and the messages are stored all the same.",
            20_000,
            ge=0,
            le=100_000_000,
        ),
    ] = 1_000
    shutdown_seconds: Annotated[
        float,
        key("How long a stop may take to store what is in hand.", 30, ge=0, le=600),
    ] = 10
