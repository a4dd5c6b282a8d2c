"""`blinkenlights expected reset`: what was learned of series is forgotten, and learned anew."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say
from blinkenlights.errors import UsageError
from blinkenlights.globs import matcher
from blinkenlights.kinds.expected.forgetting import forget_learned

SHOWN = 10


def add_reset(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "reset",
        help="forget what was learned of series, so that it is learned anew",
        description="Forget what was learned of series: it is learned anew from the next interval "
        "on, and judged again after a week. For what has become another thing under the same name; "
        "a new level alone is adopted within three days.",
        epilog="example: blinkenlights expected reset anna 'test-*'",
        allow_abbrev=False,
    )
    parser.add_argument(
        "names", metavar="NAME", nargs="+", help="clients, sources and metrics; may be globs"
    )
    add_store(parser)
    add_config(parser)


def reset(options: Namespace) -> int:
    """Forget them; returns 0. Raises UsageError where nothing is to be forgotten."""
    found = asyncio.run(_reset(options))
    if not found:
        raise UsageError(f"nothing was learned of {', '.join(options.names)}")
    for name in found[:SHOWN]:
        say(f"forgotten: {name}")
    if len(found) > SHOWN:
        say(f"forgotten: {len(found) - SHOWN} more")
    return 0


async def _reset(options: Namespace) -> Sequence[str]:
    store = open_store(options)
    try:
        return await forget_learned(store, matcher(options.names))
    finally:
        await store.close()
