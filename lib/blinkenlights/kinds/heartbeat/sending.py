"""The heartbeat that is sent: Vumi's roadmap form, with whatever keys the user adds."""

import math
import re
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

import msgspec

from blinkenlights.errors import UsageError
from blinkenlights.kinds.fact import Rejected
from blinkenlights.kinds.heartbeat.decode import parse
from blinkenlights.kinds.sending import Sending, one_line, positive_duration

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?", re.ASCII)
OURS = ("name", "uuid", "timestamp", "interval", "system", "kind")


class HeartbeatSending(Sending):
    """Sends a sign of life."""

    help = "a sign of life of a component"
    description = "Send a sign of life of a component."
    epilog = "example: blinkenlights send heartbeat --name backup --interval 86400 files=1204"
    is_repeated = True

    def add_options(self, parser: ArgumentParser) -> None:
        """Add what a heartbeat says."""
        parser.add_argument("--name", required=True, help="the component")
        parser.add_argument("--uuid", help="which of its instances, where several run")
        parser.add_argument("--system", help="the system it belongs to; it is then system:name")
        parser.add_argument(
            "--interval",
            type=positive_duration,
            metavar="TIME",
            help="when the next one will come: 60, 90s, 5m, 1d (default: that of --every, else the "
            "collector's default)",
        )
        parser.add_argument(
            "fields", nargs="*", metavar="KEY=VALUE", help="further keys; numbers can be judged"
        )
        parser.set_defaults(takes_more="fields")

    def message(self, options: Namespace, now: float) -> bytes:
        """Return a heartbeat with the keys in `fields`, each `key=value`."""
        interval = options.interval or options.every
        message: dict[str, object] = {
            "kind": "heartbeat",
            "name": options.name,
            "timestamp": _timestamp(now),
        }
        given = {
            "uuid": options.uuid,
            "system": options.system,
            "interval": math.ceil(interval) if interval else None,
        }
        message |= {key: value for key, value in given.items() if value is not None}
        for field in options.fields:
            key, equals, value = field.partition("=")
            if not key or not equals:
                raise UsageError(f"{field!r} is not a key with a value; write for example depth=3")
            if key in OURS:
                raise UsageError(
                    f"{key!r} is a key of the heartbeat itself; use its option, if any"
                )
            message[key] = msgspec.json.decode(value) if NUMBER.fullmatch(value) else value
        body = one_line(message)
        fact = parse(body)
        if isinstance(fact, Rejected):
            raise UsageError(f"no collector would take this: {fact.reason} ({fact.detail})")
        if fact.trimmed:
            raise UsageError(f"no collector would keep all of this: {fact.trimmed}")
        return body

    def named(self, options: Namespace) -> str:
        """Return the component."""
        return str(options.name)

    def component(self, options: Namespace) -> str:
        """Return the component."""
        return str(options.name)


def _timestamp(now: float) -> list[float]:
    moment = datetime.fromtimestamp(now, UTC)
    return [*moment.timetuple()[:5], round(moment.second + moment.microsecond / 1e6, 3)]
