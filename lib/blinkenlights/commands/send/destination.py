"""Where a signal is sent: what the command line says, else the configuration, else our `up`."""

import re
from argparse import Namespace
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from blinkenlights.commands.send.broker import Broker
from blinkenlights.commands.send.lines import Lines
from blinkenlights.commands.send.permission import check_readable
from blinkenlights.config import AmqpConfig, load
from blinkenlights.config_keys.addresses import check_broker, listen_address
from blinkenlights.errors import UsageError
from blinkenlights.locations import SYSTEM_STATE, config_path, state_folder

LONGEST_WORD = 100


class Destination(Protocol):
    """Something that takes signals."""

    def deliver(self, body: bytes) -> str:
        """Return what became of it, in words; raises NotDelivered or BrokerError."""


def find_destination(options: Namespace) -> Destination:
    """Return where to send to.

    Raises UsageError when nothing says where, or when the signal would not be known by its key, and
    ConfigError when the configuration or the broker's password cannot be read.
    """
    if options.to:
        return _named(options)
    check_readable(config_path(options.config)[0], [])
    config = load(options.config)
    for source in config.amqp:
        if source.kind == options.kind:
            if source.password_file and not options.password_file:
                check_readable(source.password_file, config.lines)
            return _broker(
                source, options, _routing_key(source, options.sending.component(options))
            )
    _refuse_broker_options(options)
    for lines in config.lines:
        return Lines(listen_address(lines.listen))
    for folder in (state_folder(), SYSTEM_STATE):
        path = Path(folder) / "lines.sock"
        if path.exists():
            return Lines(listen_address(f"unix://{path}"))
    raise UsageError(
        f"nothing says where to send a {options.kind}; give --to, configure an [[amqp]] or a "
        "[[lines]], or start blinkenlights up"
    )


def _named(options: Namespace) -> Destination:
    try:
        if options.to.startswith("amqp"):
            check_broker(options.to)
            source = AmqpConfig(url=options.to, exchange="blinkenlights", queue="", kind="")
            return _broker(
                source, options, f"{options.kind}.{_word(options.sending.component(options))}"
            )
        _refuse_broker_options(options)
        return Lines(listen_address(options.to))
    except ValueError as error:
        raise UsageError(f"--to {error}") from None


def _broker(source: AmqpConfig, options: Namespace, routing_key: str) -> Broker:
    source = replace(
        source,
        exchange=options.exchange or source.exchange,
        password_file=options.password_file or source.password_file,
        ca_file=options.ca_file or source.ca_file,
    )
    key = routing_key if options.key is None else options.key
    options.sending.check_key(key)
    return Broker(source, key)


def _routing_key(source: AmqpConfig, name: str) -> str:
    """Return a key that reaches the queue of `source`: its first one, wildcards filled in."""
    first = source.keys[0] if source.keys else ""
    return re.sub(r"[#*]", lambda _: _word(name), first) if source.type == "topic" else first


def _word(name: str) -> str:
    """Return `name` as one word of a routing key."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:LONGEST_WORD] or "-"


def _refuse_broker_options(options: Namespace) -> None:
    if options.exchange or options.key or options.password_file or options.ca_file:
        raise UsageError(
            "--exchange, --key, --password-file and --ca-file are for brokers; "
            "leave them out, or give --to amqp://..."
        )
