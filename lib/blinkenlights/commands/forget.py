"""`blinkenlights forget`: components and collectors that will not come back."""

import asyncio
from argparse import Namespace

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, checked_names, open_store
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.store.writer import StoreWriter


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "forget",
        description="Remove all that is known of components or of a collector. What still sends is "
        "known again with its next message; to quiet it, use: blinkenlights expect --retired.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a component: its name, or system:name"
    )
    parser.add_argument(
        "--collector",
        action="append",
        default=[],
        metavar="NAME",
        help="a collector, as check_collector calls it (may be repeated)",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Forget; returns 0 when everything named was known, else 1."""
    if not options.names and not options.collector:
        raise UsageError("name what to forget: a component, or --collector and its name")
    names, collectors = checked_names(options.names), checked_names(options.collector)
    known = asyncio.run(_forget(open_store(options), names, collectors))
    if options.json:
        say_json(
            {
                "forgotten": [name for name, was_known in known.items() if was_known],
                "unknown": [name for name, was_known in known.items() if not was_known],
            }
        )
    else:
        for name, was_known in known.items():
            say(f"forgotten: {name}" if was_known else f"not known: {name}")
    return 0 if all(known.values()) else 1


async def _forget(
    store: StoreWriter, components: list[str], collectors: list[str]
) -> dict[str, bool]:
    try:
        known = {name: await store.forget(name) for name in components}
        for name in collectors:
            known[f"collector {name}"] = await store.forget_collector(name)
    finally:
        await store.close()
    return known
