"""`blinkenlights forget`: components, clients, sources and collectors that will not come back."""

import asyncio
from argparse import Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import (
    add_store,
    checked_machines,
    checked_names,
    open_client,
    open_store,
)
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.globs import is_glob, matcher
from blinkenlights.kinds.heartbeat.declare import Declarations
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.transfer.declare import FlowStore
from blinkenlights.plugin.ranges import duration
from blinkenlights.store.client import StoreClient
from blinkenlights.store.collectors import CollectorRecords


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "forget",
        description="Remove all that is known of components, of clients or sources of transfers, "
        "of machines, of a collector, or of what is in flight on a node. What still sends is known "
        "again with its next message; to quiet a component, use: blinkenlights expect --retired.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="a component: its name, or system:name; * ? and [...] match several",
    )
    parser.add_argument(
        "--silent-for",
        type=duration,
        metavar="DURATION",
        help="only components that were not seen for so long, as 7d; of all when no name is given",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be forgotten")
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
    parser.add_argument(
        "--machine",
        action="append",
        default=[],
        metavar="NAME",
        help="a machine: DATACENTER:MACHINE (may be repeated)",
    )
    parser.add_argument(
        "--node",
        action="append",
        default=[],
        metavar="NAME",
        help="the transfers in flight on a node, which will not end (may be repeated)",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Forget; returns 0 when everything named was known, else 1."""
    flows = [
        (scope, name)
        for scope in ("client", "source", "node")
        for name in checked_names(getattr(options, scope))
    ]
    machines = checked_machines(options.machine)
    if not (options.names or options.collector or options.silent_for or flows or machines):
        raise UsageError(
            "name what to forget: a component, --silent-for DURATION, or --collector, --client, "
            "--source, --machine or --node and its name"
        )
    if options.dry_run and machines:
        raise UsageError("--dry-run is for all but machines")
    known = {}
    if options.names or options.collector or options.silent_for:
        known = asyncio.run(_forget(open_store(options), options))
    if flows:
        store = open_client(options, FlowStore)
        known |= asyncio.run(_forget_flows(store, flows, is_rehearsal=options.dry_run))
    if machines:
        known |= asyncio.run(_forget_machines(open_client(options, MachineStore), machines))
    if options.json:
        say_json(
            {
                "forgotten": [name for name, was_known in known.items() if was_known],
                "unknown": [name for name, was_known in known.items() if not was_known],
            }
        )
    else:
        done = "would be forgotten" if options.dry_run else "forgotten"
        for name, was_known in known.items():
            say(f"{done}: {name}" if was_known else f"not known: {name}")
        if not known:
            say("nothing was silent for so long")
    return 0 if all(known.values()) else 1


async def _forget(client: StoreClient, options: Namespace) -> dict[str, bool]:
    """Forget, and return all that was named -> whether it was known."""
    store, records = Declarations(client), CollectorRecords(client)
    names, collectors = checked_names(options.names), checked_names(options.collector)
    try:
        several = options.silent_for is not None or any(map(is_glob, names))
        if several or options.dry_run:
            known = _chosen(await store.components(), names, options.silent_for)
        else:
            known = dict.fromkeys(names, True)
        if not options.dry_run:
            for name in [name for name, is_known in known.items() if is_known]:
                known[name] = await store.forget(name)
            for name in collectors:
                known[f"collector {name}"] = await records.forget_collector(name)
        else:
            reports = await records.reports()
            known |= {f"collector {name}": name in reports for name in collectors}
    finally:
        await store.close()
    return known


async def _forget_flows(
    store: FlowStore, flows: list[tuple[str, str]], *, is_rehearsal: bool
) -> dict[str, bool]:
    forget = store.is_known if is_rehearsal else store.forget
    forget_node = store.is_busy if is_rehearsal else store.forget_node
    try:
        return {
            f"{scope} {name}": await (forget_node(name) if scope == "node" else forget(scope, name))
            for scope, name in flows
        }
    finally:
        await store.close()


async def _forget_machines(store: MachineStore, machines: list[str]) -> dict[str, bool]:
    try:
        return {f"machine {name}": await store.forget(name) for name in machines}
    finally:
        await store.close()


def _chosen(
    components: dict[str, float | None], names: list[str], silent_for: float | None
) -> dict[str, bool]:
    """Return the components that are named and silent for long enough, and names of none."""
    if silent_for is not None:
        latest = wall_clock() - silent_for
        components = {
            name: seen for name, seen in components.items() if seen is not None and seen < latest
        }
    matches = matcher(names or ["*"])
    exact = {name for name in names if name in components}
    chosen = dict.fromkeys(sorted(exact | set(filter(matches, components))), True)
    if silent_for is not None:
        return chosen
    unmatched = [
        name for name in names if name not in chosen and not any(map(matcher([name]), chosen))
    ]
    return chosen | dict.fromkeys(unmatched, False)
