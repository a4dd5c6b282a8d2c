"""`blinkenlights expect`: who has to be heard, even when they never were."""

import asyncio
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from typing import Any

from blinkenlights.clock import wall_clock
from blinkenlights.commands.declarable import (
    Declarable,
    add_names,
    declarables,
    enumerated,
    main_of,
    named,
)
from blinkenlights.commands.moments import written
from blinkenlights.commands.noting import note
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.kinds.declaring import Done, Listed
from blinkenlights.store.client import StoreClient


def add_parser(subparsers: SubParsers) -> None:
    """Add the command."""
    main, *others = _declarables()
    likewise = enumerated([each.declaring.expected for each in others], ", and ")
    parser = subparsers.add_parser(
        "expect",
        description=f"Declare {main.declaring.expected}: they alarm when they fall silent, and "
        f"also when they were never heard. Likewise {likewise}. Without a name, list what is "
        "declared or retired.",
        allow_abbrev=False,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=main.declaring.expect_help)
    most = main.declaring.most
    parser.add_argument(
        "--min",
        type=_count_to(most),
        metavar="N",
        help=f"how many instances have to be alive, up to {most} (default: 1)",
    )
    parser.add_argument(
        "--retired",
        action="store_true",
        help="they are out of service: keep what is known of them and alarm nobody",
    )
    for each in others:
        add_names(parser, each, each.declaring.expect_help)
    add_store(parser)
    add_config(parser)
    add_json(parser)
    parser.set_defaults(takes_more="names")


def run(options: Namespace) -> int:
    """Declare, retire or list; returns 0."""
    main = main_of(_declarables())
    given = [each for each in _declarables() if each.given(options)]
    for each in given:
        if options.min and each.declaring.without_minimum:
            raise UsageError(each.declaring.without_minimum)
        if options.retired and each.declaring.without_retirement:
            raise UsageError(each.declaring.without_retirement)
    if not given and (options.retired or options.min):
        raise UsageError(f"--min and --retired need the name of a {main.name}")
    if options.retired and options.min:
        raise UsageError(
            f"--min says nothing about a {main.name} that is --retired; use one of them"
        )
    if len({each.declaring.together for each in given}) > 1:
        groups = [each.declaring.together for each in _declarables()]
        raise UsageError(f"declare {enumerated(groups, ', and ')} one after the other")
    asyncio.run(_run(options, named(given, options)))
    return 0


def _declarables() -> list[Declarable]:
    return [each for each in declarables() if each.declaring.expect_help]


async def _run(options: Namespace, given: Sequence[tuple[Declarable, list[str]]]) -> None:
    store = open_store(options)
    try:
        if given:
            _tell([await _declare(store, *each, options) for each in given], options)
            done = "expect --retired" if options.retired else "expect"
            least = f", {options.min} instances or more" if options.min else ""
            await note(store, done, [name for _, names in given for name in names], least)
        else:
            await _list(store, options)
    finally:
        await store.close()


async def _declare(
    store: StoreClient, what: Declarable, names: list[str], options: Namespace
) -> Done:
    if options.retired:
        return await what.declaring.retire(store, names, wall_clock())
    return await what.declaring.expect(store, names, options.min or 1, wall_clock())


def _tell(done: Sequence[Done], options: Namespace) -> None:
    if options.json:
        say_json(_joined([each.facts for each in done]))
        return
    for each in done:
        for line in each.lines:
            say(line)


async def _list(store: StoreClient, options: Namespace) -> None:
    declared = [await each.declaring.declared(store) for each in _declarables()]
    if options.json:
        say_json(_joined([each.facts for each in declared]))
        return
    rows = [_row(row) for each in declared for row in each.rows]
    name = main_of(_declarables()).name
    if rows:
        say_table((name, "is", "min", "since", "heard"), rows)
    else:
        say(f"nothing is declared; declare a {name} with: blinkenlights expect NAME")


def _row(row: Listed) -> tuple[str, ...]:
    heard = {True: "yes", False: "never", None: ""}[row.heard]
    return (row.name, row.state, row.minimum, written(row.since), heard)


def _joined(facts: Sequence[Any]) -> dict[str, Any]:
    """Return the facts of several subjects as one object; their lists follow each other."""
    joined: dict[str, Any] = {}
    for each in facts:
        for key, value in each.items():
            joined[key] = [*joined.get(key, []), *value] if isinstance(value, list) else value
    return joined


def _count_to(most: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            raise ArgumentTypeError(
                f"{text!r} is not a number of instances; write 1 to {most}, which is as many as "
                f"are kept of a {main_of(_declarables()).name}"
            )
        return int(text)

    return count
