"""Makes what a plan says be so, through the management interface."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from blinkenlights.commands.broker.management import Management
from blinkenlights.commands.broker.plan import Exchange, Plan, Queue, User
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
    for user in plan.users:
        _check_user(plan.vhost, user, broker, replace=replace)
    for exchange in plan.exchanges:
        yield _make_exchange(plan.vhost, exchange, broker)
    for queue in plan.queues:
        yield _make_queue(plan.vhost, queue, broker)
    for user in plan.users:
        yield _make_user(user, broker, passwords)
        yield _permit(plan.vhost, user, broker)


def _check_exchange(vhost: str, exchange: Exchange, broker: Management) -> None:
    found = broker.get("exchanges", vhost, exchange.name)
    if found and found.get("type") != exchange.type:
        raise BrokerError(
            f"exchange {exchange.name} is there, but of type {found.get('type')} instead of "
            f"{exchange.type}; delete it, or set type in [log]"
        )


def _check_user(vhost: str, wanted: User, broker: Management, *, replace: bool) -> None:
    user = broker.get("users", wanted.name)
    if user is None:
        return
    # A list since RabbitMQ 3.9, before that a text with commas.
    tags = user.get("tags") or ""
    names = tags if isinstance(tags, list) else str(tags).split(",")
    powerful = [tag for tag in names if tag in ALL_POWERFUL]
    if powerful:
        raise BrokerError(
            f"user {wanted.name} has the tag {powerful[0]}, with which it can permit itself "
            "everything; take that away"
        )
    found = broker.get("permissions", vhost, wanted.name)
    if (
        found
        and not replace
        and any(found.get(name) != right for name, right in wanted.rights.items())
    ):
        has = ", ".join(f"{name} {found.get(name)!r}" for name in wanted.rights)
        raise BrokerError(
            f"user {wanted.name} may do something else in {vhost}: {has}; give --replace to take "
            "that away"
        )


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


def _make_user(user: User, broker: Management, passwords: Path) -> Done:
    if broker.get("users", user.name):
        return Done("user", user.name, "was there")
    file = passwords / f"{user.name}.password"
    broker.put("users", user.name, password=_password(file), tags="")
    return Done("user", user.name, f"made, with the password in {file}")


def _permit(vhost: str, user: User, broker: Management) -> Done:
    broker.put("permissions", vhost, user.name, **user.rights)
    broker.put(
        *("topic-permissions", vhost, user.name),
        exchange=user.exchange,
        write=user.write_keys,
        read=user.read_keys,
    )
    return Done("permissions", user.name, user.may)


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
