"""`blinkenlights forget`: components, clients, sources and collectors that will not come back."""

import asyncio
from argparse import Namespace

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, checked_names, open_client, open_store
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.store.flows import FlowStore
from blinkenlights.store.writer import StoreWriter


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "forget",
        description="Remove all that is known of components, of clients or sources of transfers, "
        "or of a collector. What still sends is known again with its next message; to quiet a "
        "component, use: blinkenlights expect --retired.",
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
    for scope in ("client", "source"):
        parser.add_argument(
            f"--{scope}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"a {scope} of transfers (may be repeated)",
        )
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Forget; returns 0 when everything named was known, else 1."""
    flows = [
        (scope, name)
        for scope in ("client", "source")
        for name in checked_names(getattr(options, scope))
    ]
    if not options.names and not options.collector and not flows:
        raise UsageError(
            "name what to forget: a component, or --collector, --client or --source and its name"
        )
    names, collectors = checked_names(options.names), checked_names(options.collector)
    known = {}
    if names or collectors:
        known = asyncio.run(_forget(open_store(options), names, collectors))
    if flows:
        known |= asyncio.run(_forget_flows(open_client(options, FlowStore), flows))
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


async def _forget_flows(store: FlowStore, flows: list[tuple[str, str]]) -> dict[str, bool]:
    try:
        return {f"{scope} {name}": await store.forget(scope, name) for scope, name in flows}
    finally:
        await store.close()
