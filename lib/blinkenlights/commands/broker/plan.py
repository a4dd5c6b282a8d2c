r"""What there has to be on a broker, so that each source reads its own log and nothing else.

To follow its log, a client of a source declares a queue, binds it to the source's exchange and
consumes from it. RabbitMQ asks for `configure` on the queue; for `write` on the queue and `read` on
the exchange; for `read` on the queue. So the source's user may do all of it with queues that begin
with `q_<user>.`, and read that one exchange. It may write nowhere else: nothing can be published
with it, and no exchange can be bound to another but those of its own that have such a name too.
Names that the server chooses (`amq.gen-...`) are the same for all users and so for none.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from blinkenlights.config import AmqpConfig
from blinkenlights.errors import UsageError
from blinkenlights.transferlog.queues import LogConfig

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@+-]{0,99}")
EVERYTHING, NOTHING = ".*", "^$"


class Exchange(NamedTuple):
    """A durable exchange."""

    name: str
    type: str


class Queue(NamedTuple):
    """A durable queue, and what it is bound to."""

    name: str
    exchange: str
    keys: tuple[str, ...]


class User(NamedTuple):
    """A user, and what it may do; regular expressions of names and of routing keys."""

    name: str
    configure: str
    write: str
    read: str
    exchange: str
    """Where its routing keys are looked at."""
    write_keys: str
    read_keys: str
    may: str
    """What all that is for, in words."""

    @property
    def rights(self) -> dict[str, str]:
        """Its permissions, as the management interface names them."""
        return {"configure": self.configure, "write": self.write, "read": self.read}


def reader(user: str, exchange: str) -> User:
    """Return the user of one source, who reads that exchange with queues of its own."""
    own = rf"^q_{re.escape(user)}\..*$"
    readable = rf"^(q_{re.escape(user)}\..*|{re.escape(exchange)})$"
    may = f"reads {exchange} with queues named q_{user}.*"
    return User(user, own, own, readable, exchange, NOTHING, EVERYTHING, may)


class Plan(NamedTuple):
    """What there has to be in one virtual host."""

    vhost: str
    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    users: tuple[User, ...]


def plan(vhost: str, log: AmqpConfig, settings: LogConfig, sources: Sequence[str]) -> Plan:
    """Return what there has to be for sources.

    Args:
        vhost: The virtual host.
        log: The exchange with all logs.
        settings: What exchanges, users and queues are called.
        sources: For whom.

    Raises:
        UsageError: A source cannot have that name.
    """
    readers = []
    for source in dict.fromkeys(sources):
        if not _NAME.fullmatch(source):
            raise UsageError(
                f"{source!r} cannot be a source with a user of its own: use up to 100 letters, "
                "digits and any of _ . @ + -"
            )
        user = settings.user.replace("{source}", source)
        readers.append(reader(user, settings.source_exchange.replace("{source}", source)))
    _refuse_overlaps(readers, log)
    return Plan(
        vhost,
        (
            Exchange(log.exchange, log.type),
            *(Exchange(each.exchange, "topic") for each in readers),
        ),
        (Queue(settings.route_queue, log.exchange, tuple(log.keys)),),
        tuple(readers),
    )


def _refuse_overlaps(readers: Sequence[User], log: AmqpConfig) -> None:
    for one in readers:
        if one.exchange == log.exchange:
            raise UsageError(
                f"the exchange of {one.name} would be {log.exchange}, which has the logs of "
                "all; see source_exchange in [log]"
            )
        for other in readers:
            if other.name.startswith(f"{one.name}."):
                raise UsageError(
                    f"user {one.name} could read the queues of {other.name}, because "
                    f"q_{other.name}.x begins with q_{one.name}.; choose names without "
                    "such dots, see user in [log]"
                )
