"""Makes what a plan says be so, through the management interface."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from blinkenlights.commands.broker.management import Management
from blinkenlights.commands.broker.plan import EVERYTHING, NOTHING, Exchange, Plan, Queue, Reader
from blinkenlights.errors import BrokerError, UsageError

ALL_POWERFUL = ("administrator", "policymaker")


class Done(NamedTuple):
    """What was done about one thing."""

    what: str
    name: str
    outcome: str


def apply(plan: Plan, broker: Management, passwords: Path, *, replace: bool) -> Iterator[Done]:
    """Do what is needed, and give what was done.

    Args:
        plan: What there has to be.
        broker: Where.
        passwords: Folder in which the password of a new user is put, or found.
        replace: Whether to take other permissions away from users who are there already.

    Raises:
        BrokerError: Something is there already and different; then nothing was done.
        UsageError: The password of a new user cannot be kept.
    """
    if broker.get("vhosts", plan.vhost) is None:
        raise BrokerError(f"the broker has no virtual host {plan.vhost}; make it first")
    for exchange in plan.exchanges:
        _check_exchange(plan.vhost, exchange, broker)
    for reader in plan.readers:
        _check_user(plan.vhost, reader, broker, replace=replace)
    for exchange in plan.exchanges:
        yield _make_exchange(plan.vhost, exchange, broker)
    for queue in plan.queues:
        yield _make_queue(plan.vhost, queue, broker)
    for reader in plan.readers:
        yield _make_user(reader, broker, passwords)
        yield _permit(plan.vhost, reader, broker)


def _check_exchange(vhost: str, exchange: Exchange, broker: Management) -> None:
    found = broker.get("exchanges", vhost, exchange.name)
    if found and found.get("type") != exchange.type:
        raise BrokerError(
            f"exchange {exchange.name} is there, but of type {found.get('type')} instead of "
            f"{exchange.type}; delete it, or set type in [log]"
        )


def _check_user(vhost: str, reader: Reader, broker: Management, *, replace: bool) -> None:
    user = broker.get("users", reader.user)
    if user is None:
        return
    # A list since RabbitMQ 3.9, before that a text with commas.
    tags = user.get("tags") or ""
    names = tags if isinstance(tags, list) else str(tags).split(",")
    powerful = [tag for tag in names if tag in ALL_POWERFUL]
    if powerful:
        raise BrokerError(
            f"user {reader.user} has the tag {powerful[0]}, with which it can permit itself "
            "everything; take that away, or set user in [log]"
        )
    found = broker.get("permissions", vhost, reader.user)
    if found and not replace and any(found.get(name) != right for name, right in _rights(reader)):
        has = ", ".join(f"{name} {found.get(name)!r}" for name, _ in _rights(reader))
        raise BrokerError(
            f"user {reader.user} may do something else in {vhost}: {has}; give --replace to take "
            "that away, or set user in [log] for users of their own"
        )


def _rights(reader: Reader) -> tuple[tuple[str, str], ...]:
    return (("configure", reader.own), ("write", reader.own), ("read", reader.readable))


def _make_exchange(vhost: str, exchange: Exchange, broker: Management) -> Done:
    if broker.get("exchanges", vhost, exchange.name):
        return Done("exchange", exchange.name, "was there")
    broker.put("exchanges", vhost, exchange.name, type=exchange.type, durable=True)
    return Done("exchange", exchange.name, "made")


def _make_queue(vhost: str, queue: Queue, broker: Management) -> Done:
    is_new = broker.get("queues", vhost, queue.name) is None
    if is_new:
        broker.put("queues", vhost, queue.name, durable=True)
    for key in queue.keys:
        broker.post("bindings", vhost, "e", queue.exchange, "q", queue.name, routing_key=key)
    made = "made" if is_new else "was there"
    return Done("queue", queue.name, f"{made}, bound to {queue.exchange}")


def _make_user(reader: Reader, broker: Management, passwords: Path) -> Done:
    if broker.get("users", reader.user):
        return Done("user", reader.user, "was there")
    file = passwords / f"{reader.user}.password"
    broker.put("users", reader.user, password=_password(file), tags="")
    return Done("user", reader.user, f"made, with the password in {file}")


def _permit(vhost: str, reader: Reader, broker: Management) -> Done:
    broker.put("permissions", vhost, reader.user, **dict(_rights(reader)))
    broker.put(
        *("topic-permissions", vhost, reader.user),
        exchange=reader.exchange,
        write=NOTHING,
        read=EVERYTHING,
    )
    return Done(
        "permissions", reader.user, f"reads {reader.exchange} with queues named q_{reader.user}.*"
    )


def _password(file: Path) -> str:
    """Return the first line of a file; one that is not there is made, with a new password."""
    try:
        # Before the user is made, so that there is no user whose password nobody has.
        created = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(created, "w") as opened:
            opened.write(secrets.token_urlsafe(24) + "\n")
    except FileExistsError:
        pass
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}; see --passwords") from None
    try:
        password = file.read_text("utf-8").removeprefix("\ufeff").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    if not password:
        raise UsageError(f"the first line of {file} is empty; write the password there")
    return password
