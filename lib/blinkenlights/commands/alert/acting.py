"""What people do about alerts by hand: acknowledge, silence, take back."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from blinkenlights.alert.responses import Responses
from blinkenlights.alert.silence import Silence
from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import later, written
from blinkenlights.commands.noting import writer
from blinkenlights.commands.stores import add_store, open_client
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.errors import UsageError
from blinkenlights.globs import matcher
from blinkenlights.invisible import distinct, is_all_seen
from blinkenlights.kinds.alert.read import all_alerts
from blinkenlights.plugin.settings import store_settings
from blinkenlights.plugin.words import NAMED, listing
from blinkenlights.store.reader import StoreReader

TEXT_CHARACTERS = 500
READ_SECONDS = 10.0
FAILED = 1


def add_acknowledge(parser: ArgumentParser) -> None:
    """Add the options of `acknowledge`."""
    parser.add_argument(
        "names", nargs="+", metavar="ALERT", help="`RULE: THING`, as check_rule has it, or a glob"
    )
    _add_until(parser, "when it counts no more: 2h, or a time in UTC (default: when it is over)")
    _add_reason(parser)
    add_store(parser)


def acknowledge(options: Namespace) -> int:
    """Take care of alerts that fire; returns 1 when a name is none of them."""
    settings = store_settings(options)
    with StoreReader(settings.address(), READ_SECONDS, settings.ca_file or "") as store:
        firing = [one for one in all_alerts(store) if one.fired]
    meant = {name: matcher([name]) for name in options.names}
    found = {
        one.name: one
        for one in firing
        if any(one.name == name or matches(one.name) for name, matches in meant.items())
    }
    unknown = [
        name
        for name, matches in meant.items()
        if name not in found and not any(map(matches, found))
    ]

    async def note(responses: Responses) -> None:
        for one in found.values():
            await responses.acknowledge(
                one.episode,
                one.name,
                writer(),
                wall_clock(),
                until=options.until or 0.0,
                reason=_reason(options),
            )

    _with_store(options, note)
    if options.json:
        say_json({"acknowledged": list(found), "unknown": unknown})
    else:
        say(*(f"acknowledged: {name}" for name in found))
        fires = listing([one.name for one in firing], NAMED) or "nothing at all"
        say(*(f"nothing fires that is called {name}; what fires: {fires}" for name in unknown))
    return FAILED if unknown else 0


def add_silence(parser: ArgumentParser) -> None:
    """Add the options of `silence`."""
    parser.add_argument(
        "match",
        nargs="+",
        type=_pair,
        metavar="KEY=GLOB",
        help="what it is about: rule, subject, thing, severity, level, a label or a tag; all match",
    )
    _add_until(parser, "when it ends: 2h, 3d, or a time in UTC", is_needed=True)
    _add_reason(parser)
    add_store(parser)


def silence(options: Namespace) -> int:
    """Let nobody be told of what matches; returns 0."""

    async def note(responses: Responses) -> Silence:
        match = dict(options.match)
        return await responses.silence(
            match, writer(), wall_clock(), options.until, _reason(options)
        )

    made = _with_store(options, note)
    if options.json:
        say_json(_facts(made))
    else:
        say(f"silenced until {written(made.end)}: {_about(made)}")
        say(f"take it back with: blinkenlights alert unsilence {made.id}")
    return 0


def add_unsilence(parser: ArgumentParser) -> None:
    """Add the options of `unsilence`."""
    parser.add_argument("id", metavar="ID", help="as `silences` has it")
    add_store(parser)


def unsilence(options: Namespace) -> int:
    """Take a silence back; returns 1 when there is none of that id."""

    async def note(responses: Responses) -> Silence | None:
        return await responses.unsilence(options.id, writer(), wall_clock())

    made = _with_store(options, note)
    if made is None:
        raise UsageError(f"there is no silence {options.id!r}; see blinkenlights alert silences")
    if options.json:
        say_json(_facts(made))
    else:
        say(f"silenced no more: {_about(made)}")
    return 0


def silences(options: Namespace) -> int:
    """List silences that are not over; returns 0."""

    async def ask(responses: Responses) -> Sequence[Silence]:
        return await responses.silences(wall_clock())

    found = _with_store(options, ask)
    if options.json:
        say_json([_facts(one) for one in found])
    elif found:
        rows = [
            (one.id, _about(one), written(one.start), written(one.end), one.by, one.reason)
            for one in found
        ]
        say_table(("id", "what", "from", "until", "by", "reason"), rows)
    else:
        say("nothing is silenced")
    return 0


def _with_store(options: Namespace, work: Callable[[Responses], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - what the work gives
    async def run() -> Any:  # noqa: ANN401 - what the work gives
        responses = open_client(options, Responses)
        try:
            return await work(responses)
        finally:
            await responses.close()

    return asyncio.run(run())


def _add_until(parser: ArgumentParser, help_: str, *, is_needed: bool = False) -> None:
    parser.add_argument(
        "--until",
        "--for",
        dest="until",
        type=later(wall_clock),
        metavar="WHEN",
        required=is_needed,
        help=help_,
    )


def _add_reason(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for those who ask")


def _reason(options: Namespace) -> str:
    reason = " ".join(options.reason.split())
    if not is_all_seen(reason) or len(reason) > TEXT_CHARACTERS:
        raise UsageError(f"--reason has up to {TEXT_CHARACTERS} printable characters")
    return reason


def _pair(text: str) -> tuple[str, str]:
    key, _, glob = text.partition("=")
    key, glob = distinct(key), distinct(glob)
    if not key or not glob or not is_all_seen(key + glob):
        rule, colon, thing = text.partition(": ")
        such = f"rule='{rule}' thing='{thing}'" if colon else "thing='web*'"
        raise ArgumentTypeError(f"{text!r} says nothing; write KEY=GLOB, such as {such}")
    return key, glob


def _about(one: Silence) -> str:
    return ", ".join(f"{key}={glob}" for key, glob in one.match.items())


def _facts(one: Silence) -> dict[str, object]:
    return {
        "id": one.id,
        "match": one.match,
        "by": one.by,
        "from": one.start,
        "until": one.end,
        "reason": one.reason,
    }
