"""`blinkenlights expect`: who has to be heard, even when they never were."""

import asyncio
from argparse import ArgumentTypeError, Namespace
from datetime import UTC, datetime

from blinkenlights.clock import wall_clock
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import (
    add_store,
    checked_machines,
    checked_names,
    open_client,
)
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.kinds.heartbeat.declare import Declarations
from blinkenlights.kinds.heartbeat.keys import INSTANCES_KEPT
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.transfer.declare import ExpectedFlow, FlowStore


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "expect",
        description="Declare components: they alarm when they fall silent, and also when they were "
        "never heard. Likewise clients and sources of transfers, and machines. Without a name, "
        "list what is declared or retired.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a component: its name, or system:name"
    )
    parser.add_argument(
        "--min",
        type=_count,
        metavar="N",
        help=f"how many instances have to be alive, up to {INSTANCES_KEPT} (default: 1)",
    )
    parser.add_argument(
        "--retired",
        action="store_true",
        help="they are out of service: keep what is known of them and alarm nobody",
    )
    for scope in ("client", "source"):
        parser.add_argument(
            f"--{scope}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"a {scope} of transfers that has to be heard (may be repeated)",
        )
    parser.add_argument(
        "--machine",
        action="append",
        default=[],
        metavar="NAME",
        help="a machine that has to be heard: DATACENTER:MACHINE (may be repeated)",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Declare, retire or list; returns 0."""
    if (options.client or options.source) and (options.retired or options.min):
        raise UsageError("--min and --retired are for components, not for clients and sources")
    if options.machine and options.min:
        raise UsageError("--min is for components; for machines: minimum in [[pool]]")
    if not (options.names or options.machine) and (options.retired or options.min):
        raise UsageError("--min and --retired need the name of a component")
    if options.retired and options.min:
        raise UsageError("--min says nothing about a component that is --retired; use one of them")
    asyncio.run(_run(options))
    return 0


async def _expect_flows(options: Namespace) -> None:
    store = open_client(options, FlowStore)
    try:
        known = {
            (scope, name): await store.expect(scope, name, wall_clock())
            for scope in ("client", "source")
            for name in checked_names(getattr(options, scope))
        }
    finally:
        await store.close()
    if options.json:
        rows = [{scope: name, "known": is_known} for (scope, name), is_known in known.items()]
        say_json({"expected": rows})
        return
    for (scope, name), is_known in known.items():
        say(f"expected: {scope} {name}" + (", which is known already" if is_known else ""))


async def _expect_machines(options: Namespace) -> None:
    names = checked_machines(options.machine)
    store = open_client(options, MachineStore)
    try:
        if options.retired:
            known = {name: await store.retire(name, wall_clock()) for name in names}
        else:
            for name in names:
                await store.expect(name, wall_clock())
            known = dict.fromkeys(names, True)
    finally:
        await store.close()
    done = "retired" if options.retired else "expected"
    if options.json:
        say_json({done: names, "unknown": [name for name in names if not known[name]]})
        return
    for name in names:
        say(f"{done}: machine {name}" + ("" if known[name] else ", though nothing was known of it"))


async def _run(options: Namespace) -> None:
    scopes = [options.names, options.client or options.source, options.machine]
    if sum(map(bool, scopes)) > 1:
        raise UsageError("declare components, clients or sources, and machines one after the other")
    if options.client or options.source:
        await _expect_flows(options)
        return
    if options.machine:
        await _expect_machines(options)
        return
    names = checked_names(options.names)
    store = open_client(options, Declarations)
    try:
        if not names:
            await _list(store, await _expected_flows(options), as_json=options.json)
        elif options.retired:
            await _retire(store, names, as_json=options.json)
        else:
            await _expect(store, names, options.min or 1, as_json=options.json)
    finally:
        await store.close()


async def _expect(store: Declarations, names: list[str], minimum: int, *, as_json: bool) -> None:
    for name in names:
        await store.expect(name, minimum, wall_clock())
    if as_json:
        say_json({"expected": names, "min": minimum})
        return
    instances = "" if minimum == 1 else f", with {minimum} instances or more"
    for name in names:
        say(f"expected: {name}{instances}")


async def _retire(store: Declarations, names: list[str], *, as_json: bool) -> None:
    known = {name: await store.retire(name, wall_clock()) for name in names}
    if as_json:
        say_json({"retired": names, "unknown": [name for name in names if not known[name]]})
        return
    for name in names:
        say(f"retired: {name}" + ("" if known[name] else ", though nothing was known of it"))


async def _expected_flows(options: Namespace) -> list[ExpectedFlow]:
    store = open_client(options, FlowStore)
    try:
        return await store.expected()
    finally:
        await store.close()


async def _list(store: Declarations, flows: list[ExpectedFlow], *, as_json: bool) -> None:
    expected = await store.expected()
    retired = sorted((await store.retired()).items())
    if as_json:
        say_json(
            {
                "expected": [each._asdict() for each in expected],
                "retired": [{"component": name, "since": since} for name, since in retired],
                "flows": [
                    {each.scope: each.name, "since": each.since, "seen": each.seen}
                    for each in flows
                ],
            }
        )
        return
    rows = [
        (
            each.component,
            "expected",
            str(each.minimum),
            _day(each.since),
            "yes" if each.seen else "never",
        )
        for each in expected
    ]
    rows += [(name, "retired", "", _day(since), "") for name, since in retired]
    rows += [
        (
            f"{each.scope} {each.name}",
            "expected",
            "",
            _day(each.since),
            "yes" if each.seen else "never",
        )
        for each in flows
    ]
    if rows:
        say_table(("component", "is", "min", "since", "heard"), rows)
    else:
        say("nothing is declared; declare a component with: blinkenlights expect NAME")


def _day(since: float) -> str:
    return datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= INSTANCES_KEPT):
        raise ArgumentTypeError(
            f"{text!r} is not a number of instances; write 1 to {INSTANCES_KEPT}, which is as "
            "many as are kept of a component"
        )
    return int(text)
