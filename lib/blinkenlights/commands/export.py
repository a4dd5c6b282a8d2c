"""`blinkenlights export`: what the store knows, for another program."""

import asyncio
from argparse import Namespace

from msgspec import to_builtins

from blinkenlights.commands.options import SubParsers, add_config
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.commands.terminal import say_json
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.old_listener import listed


def add_parser(subparsers: SubParsers) -> None:
    """Add the command, with one subcommand for each kind of thing."""
    parser = subparsers.add_parser("export", description=__doc__, allow_abbrev=False)
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    machines = kinds.add_parser(
        "machines",
        help="machines, and when they were last seen",
        description="Print all machines that were ever seen, with the time in UTC, as JSON in the "
        "form of /machines, which blinkenlights import reads.",
        allow_abbrev=False,
    )
    add_store(machines)
    add_config(machines)


def run(options: Namespace) -> int:
    """Print the list, sorted by name; returns 0."""
    seen = asyncio.run(_seen(options))
    say_json(to_builtins(listed(sorted(seen.items()))))
    return 0


async def _seen(options: Namespace) -> dict[str, float]:
    store = open_client(options, MachineStore)
    try:
        return await store.last_seen()
    finally:
        await store.close()
