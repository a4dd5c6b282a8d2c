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


class Reader(NamedTuple):
    """The user of one source."""

    user: str
    exchange: str
    """The only one it reads."""

    @property
    def own(self) -> str:
        """Which queues are its own, as a regular expression."""
        return rf"^q_{re.escape(self.user)}\..*$"

    @property
    def readable(self) -> str:
        """What it may read, as a regular expression."""
        return rf"^(q_{re.escape(self.user)}\..*|{re.escape(self.exchange)})$"


class Plan(NamedTuple):
    """What there has to be in one virtual host."""

    vhost: str
    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    readers: tuple[Reader, ...]


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
        readers.append(Reader(user, settings.source_exchange.replace("{source}", source)))
    _refuse_overlaps(readers, log)
    return Plan(
        vhost,
        (
            Exchange(log.exchange, log.type),
            *(Exchange(reader.exchange, "topic") for reader in readers),
        ),
        (Queue(settings.route_queue, log.exchange, tuple(log.keys)),),
        tuple(readers),
    )


def _refuse_overlaps(readers: Sequence[Reader], log: AmqpConfig) -> None:
    for reader in readers:
        if reader.exchange == log.exchange:
            raise UsageError(
                f"the exchange of {reader.user} would be {log.exchange}, which has the logs of "
                "all; see source_exchange in [log]"
            )
        for other in readers:
            if other.user.startswith(f"{reader.user}."):
                raise UsageError(
                    f"user {reader.user} could read the queues of {other.user}, because "
                    f"q_{other.user}.x begins with q_{reader.user}.; choose names without "
                    "such dots, see user in [log]"
                )
