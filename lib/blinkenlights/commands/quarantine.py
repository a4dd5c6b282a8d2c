"""`blinkenlights quarantine`: machines that somebody works on, and that alarm nobody meanwhile."""

import asyncio
from argparse import Namespace

from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import later, written
from blinkenlights.commands.noting import note
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.kinds.machine.declare import MachineStore
from blinkenlights.kinds.machine.declaring import valid_machines


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "quarantine",
        description="Put machines into quarantine: they are heard, counted and shown as before, "
        "and alarm nobody. Without a name, list those that are in it.",
        epilog="example: blinkenlights quarantine mdc1:ms-100 --until 3d --reason 'disk replaced'",
        allow_abbrev=False,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="a machine: DATACENTER:MACHINE, as mdc1:ms-100"
    )
    parser.add_argument(
        "--until",
        type=later(wall_clock),
        metavar="WHEN",
        help="when it ends: 3d, 2026-12-01 or 2026-12-01T08:00, which is UTC (default: none)",
    )
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for those who ask")
    parser.add_argument("--lift", action="store_true", help="end it")
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Put into quarantine, lift or list; returns 0 when all that was named was known, else 1."""
    if options.lift and (options.until or options.reason):
        raise UsageError("--until and --reason say nothing about one that is lifted")
    if not options.names and (options.lift or options.until or options.reason):
        raise UsageError("name a machine, as mdc1:ms-100")
    return asyncio.run(_run(options, valid_machines(options.names)))


async def _run(options: Namespace, names: list[str]) -> int:
    client = open_store(options)
    store = MachineStore(client)
    try:
        if not names:
            await _list(store, as_json=options.json)
            return 0
        if options.lift:
            known = {name: await store.lift_quarantine(name) for name in names}
        else:
            now = wall_clock()
            known = {
                name: await store.quarantine(name, now, options.until, options.reason)
                for name in names
            }
        until = f" until {written(options.until)}" if options.until else ""
        reason = f": {options.reason}" if options.reason else ""
        done = [name for name in names if known[name] or not options.lift]
        await note(client, f"quarantine{' --lift' * options.lift}", done, until + reason)
    finally:
        await store.close()
    _tell(options, known)
    return 0 if all(known.values()) else 1


def _tell(options: Namespace, known: dict[str, bool]) -> None:
    done = "lifted" if options.lift else "quarantined"
    unknown = "was not in quarantine" if options.lift else "though it was never seen"
    if options.json:
        say_json({done: [*known], "unknown": [name for name in known if not known[name]]})
        return
    until = f" until {written(options.until)}" if options.until else ""
    for name, is_known in known.items():
        say(f"{done}: {name}{until}" + ("" if is_known else f", {unknown}"))


async def _list(store: MachineStore, *, as_json: bool) -> None:
    now = wall_clock()
    rows = [each for each in await store.quarantined() if not each.until or each.until > now]
    if as_json:
        say_json([each._asdict() for each in rows])
    elif rows:
        say_table(
            ("machine", "since", "until", "reason"),
            [
                (
                    each.machine,
                    written(each.since),
                    written(each.until) if each.until else "lifted",
                    each.reason,
                )
                for each in rows
            ],
        )
    else:
        say("no machine is in quarantine")
