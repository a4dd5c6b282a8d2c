"""`blinkenlights icinga --each`: one service for each thing, kept in step with the store."""

from argparse import Namespace
from collections.abc import Iterable
from functools import partial

from blinkenlights.clock import wall_clock
from blinkenlights.commands.terminal import say
from blinkenlights.config import load
from blinkenlights.config_keys.addresses import check_web_url
from blinkenlights.definitions.each.finding import Group, Links, Wanted, services
from blinkenlights.definitions.each.service import Service
from blinkenlights.definitions.each.writing import changes, services_in, write
from blinkenlights.errors import UsageError
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader
from blinkenlights.web.page_links import link_to, query

CHANGED = 3
TIMEOUT = 30.0
"""Seconds for one answer of the store."""


def run_each(options: Namespace) -> int:
    """Write what changed and print it as a diff; returns 3 when anything did, else 0."""
    wanted = Wanted(
        globs=options.each,
        groups=_groups(options.group),
        kinds=options.kind,
        checks=options.check,
        most=options.most,
    )
    links = _links(_web_url(options))
    address, ca_file = store_address(options)
    with StoreReader(address, TIMEOUT, ca_file) as store:
        found = services(store, wall_clock(), wanted, links)
    try:
        _refuse_to_shrink(options, found)
        changed = changes(options.output, found)
        for change in changed:
            for line in change.diff():
                say(line)
            if not options.dry_run:
                write(change)
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from error
    return CHANGED if changed else 0


def _groups(given: Iterable[str]) -> list[Group]:
    groups: dict[str, Group] = {}
    for text in given:
        name, equals, glob = text.partition("=")
        if not (name and equals and glob):
            raise UsageError(f"--group {text!r} is no group; write NAME=GLOB, such as web='web*'")
        if name in groups:
            raise UsageError(f"--group {text!r}: there is a group {name!r} already")
        groups[name] = Group(name, glob)
    return [*groups.values()]


def _web_url(options: Namespace) -> str:
    if options.web_url is None:
        return load(options.config).web.url
    try:
        check_web_url(options.web_url)
    except ValueError as error:
        raise UsageError(f"--web-url: {error}") from error
    return str(options.web_url)


def _links(url: str) -> Links:
    if not url:
        return Links(lambda *_: "", lambda *_: "")
    base = url.rstrip("/")
    return Links(partial(_to_thing, base), partial(_to_group, base))


def _to_thing(base: str, subject: str, name: str) -> str:
    return f"{base}/{link_to(subject, name)}"


def _to_group(base: str, subject: str, glob: str) -> str:
    return f"{base}/{query(subject, glob, '')}"


def _refuse_to_shrink(options: Namespace, found: Iterable[Service]) -> None:
    before = services_in(options.output)
    gone = before - {service.name for service in found}
    if 2 * len(gone) > len(before) > 1 and not options.shrink:
        raise UsageError(
            f"{len(gone)} of {len(before)} services in {options.output} would go; when that is "
            "right, say so with --shrink. Nothing was written"
        )
