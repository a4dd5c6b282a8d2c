"""`blinkenlights probe`: the prober as a process of its own, and what helps to write its files."""

import argparse
import asyncio
from argparse import Namespace
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from blinkenlights.commands.collect import collect
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.probe import dead, explaining, linting, once, scheduling, working
from blinkenlights.config import Config, load
from blinkenlights.errors import ConfigError
from blinkenlights.probing.opening import opened, prober_name

BATCH_SECONDS = 0.25
"""How long a result waits for others: nobody waits for one, and each round trip has its price."""
NO_FOLDER = (
    "probe.endpoints is not set, so nobody knows what to probe; name the folder of endpoint files "
    "there, or with --endpoints"
)


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommands."""
    parser = subparsers.add_parser(
        "probe",
        description="Probe the endpoints of a folder when they are due, until SIGTERM or Ctrl-C, "
        "and store what came of it. Files are read again when they change.",
        allow_abbrev=False,
    )
    add_config(parser)
    _add_folder(parser, is_repeated=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    lint = actions.add_parser(
        "lint",
        help="say what is wrong with a folder of endpoint files",
        description="Read all files of a folder as the prober does, and say all that is wrong. "
        "The exit code is 1 when anything is.",
        allow_abbrev=False,
    )
    lint.add_argument("folder", metavar="DIR", nargs="?", help="the folder, or one file of it")
    explain = actions.add_parser(
        "explain",
        help="say when an endpoint is probed, and what is expected of it",
        description="Say what the file of an endpoint means: its schedule in words, its next five "
        "runs, and all that is expected.",
        allow_abbrev=False,
    )
    explain.add_argument("endpoint", metavar="ENDPOINT", help="its key: HOST/PATH")
    probed = actions.add_parser(
        "once",
        help="probe one endpoint now, and show all that was seen",
        description="Probe an endpoint once and show all that was resolved. Nothing is stored. "
        "The exit code is that of a check.",
        allow_abbrev=False,
    )
    probed.add_argument("endpoint", metavar="ENDPOINT", help="its key: HOST/PATH")
    scheduling.add_parser(actions)
    working.add_parser(actions)
    dead.add_parser(actions)
    for each in (lint, explain, probed):
        add_config(each, is_repeated=True)
        add_json(each)
    for each in (explain, probed):
        _add_folder(each, is_repeated=True)


def run(options: Namespace) -> int:
    """Probe until told to stop, or do what was asked; returns the exit code."""
    if options.action == "lint":
        return linting.run(Path(options.folder or _folder(options)), as_json=options.json)
    if options.action == "explain":
        return explaining.run(_folder(options), options.endpoint, as_json=options.json)
    if options.action == "once":
        return once.run(_folder(options), options.endpoint, as_json=options.json)
    if options.action == "schedule":
        return scheduling.run(options)
    if options.action == "dead":
        return dead.run(options)
    if options.action == "work":
        return working.run(options)
    log_to_stderr()
    configured = partial(_configured, options)
    config = configured()
    asyncio.run(collect(configured, others=[opened(config.probe)]))
    return 0


def _add_folder(parser: argparse.ArgumentParser, *, is_repeated: bool) -> None:
    parser.add_argument(
        "--endpoints",
        metavar="DIR",
        default=argparse.SUPPRESS if is_repeated else None,
        help="the folder of endpoint files (default: endpoints in [probe])",
    )


def _folder(options: Namespace) -> Path:
    folder = options.endpoints or load(options.config).probe.endpoints
    if not folder:
        raise ConfigError(NO_FOLDER)
    return Path(folder)


def _configured(options: Namespace) -> Config:
    """Return the configuration of the collector that this process is for what is probed."""
    config = load(options.config)
    probe = replace(config.probe, endpoints=options.endpoints or config.probe.endpoints)
    if not probe.endpoints:
        raise ConfigError(NO_FOLDER)
    probe = replace(probe, name=prober_name(probe))
    settings = replace(
        config.collector,
        name=probe.name,
        batch_seconds=max(config.collector.batch_seconds, BATCH_SECONDS),
    )
    return replace(config, probe=probe, collector=settings, amqp=[], lines=[])
