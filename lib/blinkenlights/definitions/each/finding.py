"""Which services there are to be, by what the store knows."""

from collections.abc import Callable, Iterator, Sequence
from glob import escape
from typing import NamedTuple

from blinkenlights.definitions.each.naming import service_names
from blinkenlights.definitions.each.service import Service
from blinkenlights.definitions.option_table import Option
from blinkenlights.definitions.registry import CHECKS, options_of
from blinkenlights.errors import StoreNotReady, UsageError
from blinkenlights.globs import matcher
from blinkenlights.kinds.command_lines import CommandLine
from blinkenlights.kinds.kind import Check
from blinkenlights.kinds.registry import subjects
from blinkenlights.kinds.subject import Subject
from blinkenlights.kinds.view import View
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.plugin.words import span
from blinkenlights.store.reader import StoreReader

STEP = 500
GONE = ("retired", "removed")
"""States of what is known and awaited by nobody."""


class Group(NamedTuple):
    """Things that have one service together."""

    name: str
    glob: str


class Wanted(NamedTuple):
    """What services are wanted for."""

    globs: Sequence[str]
    """A service each has what matches one of them and is in no group."""
    groups: Sequence[Group]
    kinds: Sequence[str]
    """Names of subjects; empty for all."""
    checks: Sequence[str]
    """Names of checks; empty for all that can be asked about one thing."""
    most: int
    """Services; more are refused, for whoever sends could make up names."""


class Links(NamedTuple):
    """Where pages are, given the subject and a name or a glob."""

    to_thing: Callable[[str, str], str]
    to_group: Callable[[str, str], str]


class _Asking(NamedTuple):
    check: Check
    option: Option
    flags: tuple[Option, ...]


def services(store: StoreReader, now: float, wanted: Wanted, links: Links) -> list[Service]:
    """Return the services, sorted by their names.

    Raises:
        StoreNotReady: The store is new, and does not know yet who there is.
        UsageError: There would be more than are allowed.
        StoreError: The store did not do what it was asked.
    """
    context = ViewContext(store, now, store.ask(*HORIZON_COMMANDS), None)
    horizon = context.horizon(None)
    if horizon.born is None or horizon.learning_left > 0:
        age = "empty" if horizon.born is None else f"{span(now - horizon.born)} old"
        raise StoreNotReady(
            f"the store at {store.address} is {age} and does not know yet who there is; "
            "nothing was written, try again later"
        )
    found: list[tuple[tuple[str, str], Service]] = []
    for subject in subjects():
        if subject.display is None or (wanted.kinds and subject.name not in wanted.kinds):
            continue
        asking = _asking(subject.display.commands("x"), wanted.checks)
        if asking:
            found += _of_subject(subject, subject.display.view(context), asking, wanted, links)
        told_of = subject.told_of
        if told_of and (asking := _asking(told_of.commands("x"), wanted.checks)):
            what = f"{subject.name}-{told_of.words}"
            found += _told_of(what, told_of.words, told_of.names(store), asking, wanted)
        if len(found) > wanted.most:
            raise UsageError(
                f"there would be more than {wanted.most} services; choose fewer with another glob, "
                "--kind or --check, put them into groups, or allow more with --most"
            )
    names = service_names(pair for pair, _ in found)
    return sorted(service._replace(name=names[pair]) for pair, service in found)


def kinds_that_can() -> list[str]:
    """Return the names of the subjects whose things a check can be asked about."""
    return [subject.name for subject in subjects() if _asking(_lines(subject), ())]


def checks_that_can() -> list[str]:
    """Return the names of the checks that can be asked about one thing."""
    asking = [each for subject in subjects() for each in _asking(_lines(subject), ())]
    return list(dict.fromkeys(each.check.name for each in asking))


def _lines(subject: Subject) -> Sequence[CommandLine]:
    return subject.display.commands("x") if subject.display else ()


def _asking(lines: Sequence[CommandLine], checks: Sequence[str]) -> list[_Asking]:
    """Return with which checks and options command lines ask about one thing."""
    by_program = {check.program: check for check in CHECKS}
    found = []
    for line in lines:
        check = by_program.get(line.program)
        if check and (not checks or check.name in checks):
            options = {option.flag: option for option in options_of(check)}
            if line.option in options:
                flags = tuple(options[flag] for flag in line.flags)
                found.append(_Asking(check, options[line.option], flags))
    return found


def _of_subject(
    subject: Subject, view: View, asking: Sequence[_Asking], wanted: Wanted, links: Links
) -> Iterator[tuple[tuple[str, str], Service]]:
    in_group = matcher([group.glob for group in wanted.groups])
    names = _names(view, [*wanted.globs, *(group.glob for group in wanted.groups)], wanted.most)
    for group in wanted.groups:
        # Of what nobody ever heard a check can say nothing.
        if any(map(matcher([group.glob]), names)):
            url = links.to_group(subject.name, group.glob)
            yield from _services(f"{subject.name}-group", group.name, group.glob, url, asking)
    for name in names:
        if not in_group(name):
            url = links.to_thing(subject.name, name)
            yield from _services(subject.name, name, escape(name), url, asking)


def _told_of(
    what: str, words: str, names: Sequence[str], asking: Sequence[_Asking], wanted: Wanted
) -> Iterator[tuple[tuple[str, str], Service]]:
    """Yield the services of what has no page of ours, because others count it."""
    in_group = matcher([group.glob for group in wanted.groups])
    for group in wanted.groups:
        if any(map(matcher([group.glob]), names)):
            yield from _services(f"{what}-group", group.name, group.glob, "", asking, words)
    matches = matcher(wanted.globs)
    for name in names:
        if matches(name) and not in_group(name):
            yield from _services(what, name, escape(name), "", asking, words)


def _services(  # noqa: PLR0917 - what a service is made of
    what: str, name: str, glob: str, url: str, asking: Sequence[_Asking], words: str = ""
) -> Iterator[tuple[tuple[str, str], Service]]:
    for check, option, flags in asking:
        title = f"{check.title} {name}" + (f", {words}" if words else "")
        pair = (f"{check.object_name}-{what}", name)
        yield pair, Service("", title, check, option, glob, url, flags)


def _names(view: View, globs: Sequence[str], most: int) -> list[str]:
    """Return the names of all that match and are awaited, of more than `most` one more."""
    found: dict[str, None] = {}
    for glob in globs:
        cursor = ""
        while True:
            scanned = view.scan(cursor, glob, STEP)
            rows = view.rows(scanned.names)
            found |= {name: None for name, row in rows.items() if row.state not in GONE}
            cursor = scanned.cursor
            if not cursor or len(found) > most:
                break
    return list(found)
