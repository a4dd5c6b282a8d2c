"""`blinkenlights inflight`: what is in flight, or was at some moment, node by node."""

from argparse import Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import earlier, written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.kinds.transfer.inflight.flown import Past, in_flight_at
from blinkenlights.plugin.horizon import COMMANDS, Horizon, read_horizon
from blinkenlights.plugin.sentences import OLD_EVIDENCE
from blinkenlights.plugin.settings import store_settings
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader

STORE_SECONDS = 10.0
_HEADERS = ("NODE", "FILE", "CLIENT", "SOURCE", "BEGAN", "FOR", "OVER")


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "inflight",
        description="Show the transfers in flight, node by node and the oldest first: now, or at a "
        "moment of the last hour, or of what `kept` in [inflight] says. What a node was busy with "
        "when it fell silent is in flight until somebody forgets it.",
        epilog="example: blinkenlights inflight --node 'ddsr*' --at 20m",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--node", metavar="GLOB", action="append", default=[], help="these only; repeatable"
    )
    parser.add_argument(
        "--at",
        metavar="TIME",
        type=earlier(wall_clock),
        help="20m ago, or 2026-12-01T08:00, which is UTC (default: now)",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Show them; returns 0. Raises UsageError for a moment of which nothing is kept."""
    settings, now = store_settings(options), wall_clock()
    moment = now if options.at is None else options.at
    with StoreReader(settings.address(), STORE_SECONDS, settings.ca_file) as store:
        horizon = read_horizon(store.ask(*COMMANDS), now, "transfer")
        past = in_flight_at(store, moment, now, options.node)
    if options.at is not None and (past.since is None or moment < past.since):
        kept = (
            "nothing is" if past.since is None else f"what began or ended before {_at(past)} is not"
        )
        raise UsageError(f"{kept} known: nobody can say what was in flight at {written(moment)}")
    doubts = _doubts(horizon, moment, past.since or now)
    if options.json:
        say_json(
            {
                "at": moment,
                "known_since": past.since,
                "doubts": doubts,
                "in_flight": [one._asdict() for one in past.flown],
            }
        )
        return 0
    for doubt in doubts:
        say(f"not everything is known: {doubt}")
    if not past.flown:
        say(f"nothing was in flight at {written(moment)}")
        return 0
    say_table(
        _HEADERS,
        [
            (
                one.node,
                one.name or one.id,
                one.client,
                one.source,
                written(one.began),
                span(max(0.0, moment - one.began)),
                "" if one.over is None else written(one.over),
            )
            for one in past.flown
        ],
    )
    return 0


def _at(past: Past) -> str:
    return written(past.since or 0.0)


def _doubts(horizon: Horizon, moment: float, since: float) -> list[str]:
    """Return why more, or less, may have been in flight at a moment.

    Only what nobody heard after `since` matters: what is known does not reach further back.
    """
    if horizon.blind:
        return [horizon.blind]
    doubts = []
    if moment - horizon.stored_up_to > OLD_EVIDENCE:
        doubts.append(f"what was sent since {written(horizon.stored_up_to)} is not stored yet")
    doubts += [
        f"nobody listened to {horizon.sources[source].address} from {written(gap.start)} to "
        f"{written(gap.end)} ({gap.reason})"
        for source, gaps in horizon.gaps.items()
        if source in horizon.sources
        for gap in gaps
        if gap.start <= moment and gap.end >= since
    ]
    return doubts
