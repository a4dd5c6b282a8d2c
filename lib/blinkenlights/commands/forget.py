"""`blinkenlights forget`: what will not come back."""

import asyncio
import re
from argparse import Namespace
from collections.abc import Sequence

from blinkenlights.clock import wall_clock
from blinkenlights.commands.declarable import (
    Declarable,
    add_names,
    declarables,
    enumerated,
)
from blinkenlights.commands.moments import earlier
from blinkenlights.commands.noting import note
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import progress, say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.kinds.forgetting import Forgetting
from blinkenlights.plugin.ranges import duration
from blinkenlights.store.report import source_id

_ID = re.compile("[0-9a-f]{8}")
_OPTIONS = {
    "silent_since": "--silent-for",
    "first_since": "--first-seen-since",
    "came_by": "--came-by",
    "host": "--on-host",
    "of_source": "--of-source",
}


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    main, *others = declarables()
    forgotten = enumerated(
        [each.declaring.forgotten for each in declarables()], ", or of ", ", of "
    )
    parser = subparsers.add_parser(
        "forget",
        description=f"Remove all that is known of {forgotten}. What still sends is known again "
        f"with its next message; to quiet a {main.name}, use: blinkenlights expect --retired.",
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=main.declaring.forget_help)
    narrowing = parser.add_argument_group(
        "only some of them", f"of all {main.declaring.forgotten}, unless others are named"
    )
    narrowing.add_argument(
        "--silent-for",
        type=duration,
        metavar="DURATION",
        help="those that were not seen for so long, as 7d",
    )
    narrowing.add_argument(
        "--first-seen-since",
        type=earlier(wall_clock),
        metavar="TIME",
        help="those that nobody knew before: 2h ago, or 2026-12-01T08:00, which is UTC",
    )
    narrowing.add_argument(
        "--came-by",
        metavar="ADDRESS",
        help="those last heard by this queue or socket, as check_collector -v calls it, or its id",
    )
    narrowing.add_argument(
        "--on-host", metavar="HOST", help="those of which all instances run on this host"
    )
    narrowing.add_argument(
        "--of-source",
        metavar="SOURCE",
        help="those that transferred for this source of transfers and for no other",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be forgotten")
    for each in others:
        add_names(parser, each, each.declaring.forget_help)
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Forget; returns 0 when everything named was known, else 1."""
    main, *others = declarables()
    how = _how(options)
    given = [each for each in declarables() if each.given(options)]
    if not given and how.narrows:
        given = [main]
    if not given:
        either = enumerated([each.declaring.option for each in others], " or ")
        raise UsageError(
            f"name what to forget: a {main.name}, --silent-for DURATION, or {either} and its name"
        )
    for each in given:
        if how.narrows - each.declaring.narrowed_by:
            raise UsageError(_misfit(how, each))
    names = [(each, each.declaring.valid_to_forget(each.given(options))) for each in given]
    if options.dry_run and not all(each.declaring.is_rehearsed for each in given):
        never = [each.declaring.together for each in others if not each.declaring.is_rehearsed]
        raise UsageError(f"--dry-run is for all but {enumerated(never, ' and ')}")
    known = asyncio.run(_forget(options, names, how))
    if options.json:
        say_json(
            {
                "forgotten": [name for name, was_known in known.items() if was_known],
                "unknown": [name for name, was_known in known.items() if not was_known],
            }
        )
    else:
        done = "would be forgotten" if options.dry_run else "forgotten"
        say(
            *(
                f"{done}: {name}" if was_known else f"not known: {name}"
                for name, was_known in known.items()
            ),
            *([] if known else ["there is none such"]),
        )
    return 0 if all(known.values()) else 1


def _how(options: Namespace) -> Forgetting:
    silent_for, address = options.silent_for, options.came_by or ""
    return Forgetting(
        silent_since=None if silent_for is None else wall_clock() - silent_for,
        first_since=options.first_seen_since,
        came_by=address if _ID.fullmatch(address) or not address else source_id(address),
        host=options.on_host or "",
        of_source=options.of_source or "",
        is_rehearsal=options.dry_run,
        told=progress("forgotten"),
    )


def _misfit(how: Forgetting, what: Declarable) -> str:
    option = _OPTIONS[min(how.narrows - what.declaring.narrowed_by)]
    takers = [
        each.declaring.option or f"a {each.name}"
        for each in declarables()
        if how.narrows <= each.declaring.narrowed_by
    ]
    return f"{option} is for {enumerated(takers, ' or ')}" if takers else f"{option} goes alone"


async def _forget(
    options: Namespace, given: Sequence[tuple[Declarable, list[str]]], how: Forgetting
) -> dict[str, bool]:
    """Forget, and return all that was named -> whether it was known."""
    known: dict[str, bool] = {}
    store = open_store(options)
    try:
        for what, names in given:
            known |= await what.declaring.forget(store, names, how)
        if not options.dry_run:
            await note(store, "forget", [name for name, was_known in known.items() if was_known])
    finally:
        await store.close()
    return known
