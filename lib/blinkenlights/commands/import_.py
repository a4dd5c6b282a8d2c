"""`blinkenlights import`: what another listener knew, into the store."""

import asyncio
import sys
from argparse import Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.machine_list import EXAMPLE, MachineList, read_machines
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.kinds.machine.declare import MachineStore


def add_parser(subparsers: SubParsers) -> None:
    """Add the command, with one subcommand for each kind of thing."""
    parser = subparsers.add_parser("import", description=__doc__, allow_abbrev=False)
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    machines = kinds.add_parser(
        "machines",
        help="machines, and when they were last seen",
        description="Read machines as JSON on standard input, and when each was last seen: the "
        "answer of /machines or /api/v1/machines, or the Redis hash of the old listener. A machine "
        "that was seen later than that keeps its time. Entries that cannot be used are named, and "
        "cost none of the others. Exit code 0 when all could be used, else 1.",
        epilog=f"example: echo '{EXAMPLE}' | blinkenlights import machines",
        allow_abbrev=False,
    )
    add_store(machines)
    add_config(machines)
    add_json(machines)


def run(options: Namespace) -> int:
    """Import; returns 0 when every entry could be used, else 1."""
    if sys.stdin.isatty():
        raise UsageError("nothing comes in; write: blinkenlights import machines < FILE")
    found = read_machines(sys.stdin.buffer.read(), wall_clock())
    newer = asyncio.run(_store(options, found))
    known = len(found.seen) - newer
    if options.json:
        say_json(
            {
                "imported": newer,
                "seen_later": known,
                "never_seen": found.never,
                "problems": found.problems,
            }
        )
        return 1 if found.problems else 0
    say(f"machines imported: {newer}; seen at that time or later: {known}")
    if found.never:
        say(f"not imported, for they were never seen: {', '.join(found.never)}")
    for problem in found.problems:
        say(f"not imported: {problem}")
    return 1 if found.problems else 0


async def _store(options: Namespace, found: MachineList) -> int:
    store = open_client(options, MachineStore)
    try:
        return await store.import_seen(found.seen)
    finally:
        await store.close()
