"""`blinkenlights probe dead`: results that no output took."""

import asyncio
from argparse import ArgumentParser, Namespace

from msgspec import to_builtins

from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.posting.entry import Letter
from blinkenlights.posting.given_up import given_up


def add_parser(actions: SubParsers) -> None:
    """Add the command."""
    parser: ArgumentParser = actions.add_parser(
        "dead",
        help="say which results no output took, and why",
        description="Show what was given up of results that were to be posted: the newest first. "
        "--json has what was in them.",
        allow_abbrev=False,
    )
    parser.add_argument("--prober", metavar="NAME", default="", help="of this one (default: all)")
    parser.add_argument("--most", type=int, default=50, metavar="N", help="how many (default: 50)")
    add_store(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Show it; returns 0."""
    letters = asyncio.run(_found(options))
    if options.json:
        say_json([to_builtins(one) for one in letters])
    elif letters:
        rows = [
            (
                written(one.at),
                one.endpoint or "the prober itself",
                one.output,
                str(one.number),
                one.error,
            )
            for one in letters
        ]
        say_table(("given up", "results of", "output", "how many", "why"), rows)
    else:
        say("nothing was given up")
    return 0


async def _found(options: Namespace) -> list[Letter]:
    store = open_store(options)
    try:
        return await given_up(store, options.prober, max(1, options.most))
    finally:
        await store.close()
