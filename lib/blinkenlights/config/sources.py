"""The tables that say where signals come from."""

import re
from typing import Annotated

from msgspec import Struct

from blinkenlights.config.passwords import read_password
from blinkenlights.config_keys import addresses, words
from blinkenlights.config_keys.broker_access import CaFile, CertificateFile, KeyFile, PasswordFile
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import shown
from blinkenlights.kinds.registry import signal_named, signals


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
    password_file: PasswordFile = ""
    ca_file: CaFile = ""
    certificate_file: CertificateFile = ""
    key_file: KeyFile = ""

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
