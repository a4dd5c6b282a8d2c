"""`blinkenlights forget`: what will not come back."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence

from blinkenlights.clock import wall_clock
from blinkenlights.commands.declarable import (
    Declarable,
    add_names,
    declarables,
    enumerated,
    named,
)
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.plugin.ranges import duration


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
    parser.add_argument(
        "--silent-for",
        type=duration,
        metavar="DURATION",
        help=f"only {main.declaring.forgotten} that were not seen for so long, as 7d; of all when "
        "no name is given",
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
    given = [
        each
        for each in declarables()
        if each.given(options) or (each == main and options.silent_for)
    ]
    names = named(given, options)
    if not given:
        either = enumerated([each.declaring.option for each in others], " or ")
        raise UsageError(
            f"name what to forget: a {main.name}, --silent-for DURATION, or {either} and its name"
        )
    if options.dry_run and not all(each.declaring.is_rehearsed for each in given):
        never = [each.declaring.together for each in others if not each.declaring.is_rehearsed]
        raise UsageError(f"--dry-run is for all but {enumerated(never, ' and ')}")
    known = asyncio.run(_forget(options, names))
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


async def _forget(
    options: Namespace, given: Sequence[tuple[Declarable, list[str]]]
) -> dict[str, bool]:
    """Forget, and return all that was named -> whether it was known."""
    silent_for = options.silent_for
    since = None if silent_for is None else wall_clock() - silent_for
    known: dict[str, bool] = {}
    store = open_store(options)
    try:
        for what, names in given:
            known |= await what.declaring.forget(
                store, names, silent_since=since, is_rehearsal=options.dry_run
            )
    finally:
        await store.close()
    return known
