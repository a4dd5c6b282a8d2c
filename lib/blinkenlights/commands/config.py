"""`blinkenlights config`: what is configured, what is wrong with it, and what could be."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.terminal import printable, say, say_json, say_table
from blinkenlights.config import AmqpConfig, Config, InfluxConfig, StoreConfig, load
from blinkenlights.config.exposure import exposed
from blinkenlights.config.reference import reference, reference_data
from blinkenlights.config.tables import tables_of_kinds
from blinkenlights.config_keys.addresses import without_login
from blinkenlights.errors import ConfigError
from blinkenlights.locations import config_path
from blinkenlights.web.where import where

NO_SOURCES = (
    "no sources: `blinkenlights up` takes JSON lines all the same, "
    "`blinkenlights collect` needs an [[amqp]] or a [[lines]]"
)


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its two subcommands."""
    parser = subparsers.add_parser("config", description=__doc__, allow_abbrev=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check",
        help="say everything that is wrong, or what is configured",
        description="Read the configuration and the environment, and say everything that is wrong "
        "with them at once, and warn of files with secrets that others can read. "
        "Connects to nothing. Exit code 0 when all is well, else 1.",
        allow_abbrev=False,
    )
    add_config(check)
    add_json(check)
    all_keys = actions.add_parser(
        "reference",
        help="print all tables and keys",
        description="Print all tables and keys of the configuration, as Markdown or as JSON.",
        allow_abbrev=False,
    )
    add_json(all_keys)


def run(options: Namespace) -> int:
    """Check, or print the reference; returns 1 when something is wrong."""
    if options.action == "reference":
        if options.json:
            say_json(reference_data())
        else:
            sys.stdout.write(reference())
        return 0
    warnings: list[str] = []
    try:
        config = load(options.config)
        file, _ = config_path(options.config)
        warnings = exposed(file, config)
        problems = [f"{file}: {problem}" for problem in _unreadable(config)]
        problems += [f"environment: {problem}" for problem in _misset(config)]
    except ConfigError as error:
        problems = [*error.problems]
    if options.json:
        found = {} if problems else {"store": _store(config), "sources": [*_sources(config)]}
        say_json({"ok": not problems, "problems": problems} | found | _told(warnings))
        return 1 if problems else 0
    for warning in warnings:
        sys.stderr.write(f"blinkenlights: warning: {printable(warning)}\n")
    if problems:
        for problem in problems:
            say(problem)
    else:
        _summarise(config, options.config)
    return 1 if problems else 0


def _told(warnings: list[str]) -> dict[str, list[str]]:
    return {"warnings": warnings} if warnings else {}


def _summarise(config: Config, path: str | None) -> None:
    file, named = config_path(path)
    read = named or Path(file).exists()
    say(f"OK: {file}" if read else f"OK: {file} is not there, so the defaults hold")
    say(f"store: {_store(config)}")
    say(f"collector: {config.collector.name}")
    if config.probe.endpoints:
        say(f"probed: what the files in {config.probe.endpoints} say")
    rows = [(each["address"], each["kind"], each["how"]) for each in _sources(config)]
    if rows:
        say_table(("source", "kind", "how"), rows)
    else:
        say(NO_SOURCES)


def _store(config: Config) -> str:
    return str(config.store.settings().where())


def _sources(config: Config) -> Iterator[dict[str, str]]:
    for amqp in config.amqp:
        keys = f", keys {' '.join(amqp.keys)}" if amqp.keys else ""
        how = f"{'passive ' if amqp.passive else ''}{amqp.type} exchange {amqp.exchange}{keys}"
        address = f"{amqp.queue} at {without_login(amqp.url)}"
        yield {"address": address, "kind": amqp.kind, "how": how}
    for lines in config.lines:
        how = f"lines of {lines.format}" if lines.format else "JSON lines"
        if lines.listen.startswith("unix"):
            how += f", mode {lines.mode}"
        yield {"address": lines.listen, "kind": lines.kind or "any", "how": how}


def _misset(config: Config) -> Iterator[str]:
    """Give what is wrong with the variables of others that programs would read with this file."""
    for read in (config.store.settings().where, lambda: where(config.web.listen)):
        try:
            read()
        except ConfigError as error:
            # Both say of a variable that it stands there.
            yield str(error).replace(" in the environment: ", ": ", 1)


def _unreadable(config: Config) -> Iterator[str]:
    """Give what is wrong with the files that the configuration names."""
    secrets: list[tuple[str, Callable[[], object]]] = [
        ("store.password_file: ", config.store.settings().password),
        ("", config.influx.secret),
    ]
    secrets += [(f"amqp[{n}].", amqp.password) for n, amqp in enumerate(config.amqp)]
    for place, secret in secrets:
        try:
            secret()
        except ConfigError as error:
            yield f"{place}{error}"
    named: list[tuple[str, StoreConfig | AmqpConfig | InfluxConfig]] = [
        ("store", config.store),
        ("influx", config.influx),
    ]
    named += [(f"amqp[{n}]", each) for n, each in enumerate(config.amqp)]
    for table_name, each in named:
        if each.ca_file and not Path(each.ca_file).is_file():
            yield f"{table_name}.ca_file: there is no file {each.ca_file}"
    if config.probe.endpoints and not Path(config.probe.endpoints).is_dir():
        yield f"probe.endpoints: there is no folder {config.probe.endpoints}"
    for table in tables_of_kinds():
        if table.file_problems is None:
            continue
        try:
            for given in config.tables(table.struct):
                yield from table.file_problems(given)
        except ConfigError as error:
            yield str(error)
