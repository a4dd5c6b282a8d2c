"""`blinkenlights rules lint`: what is wrong with a folder of rules, and who is left out."""

from argparse import Namespace
from pathlib import Path

from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.rules.folder import opened, path_of
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.plugin.words import count
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.files.references import left_out


def add_parser(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "lint",
        help="say what is wrong with a folder of rules",
        description="Read all files of a folder as the evaluator does, and say all that is wrong. "
        "The exit code is 1 when anything is. It warns of what may be meant: rules that tell "
        "nobody, receivers that are told nothing, routes that are never reached.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "folder",
        metavar="DIR",
        nargs="?",
        help="the folder, or one file of it (default: alert.rules)",
    )
    parser.add_argument(
        "--without-secrets",
        action="store_true",
        help="look for no secrets, where files are tested before they are installed",
    )
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Say all that is wrong; returns 1 when anything is, else 0. Raises UsageError, ConfigError."""
    path = path_of(options)
    found = opened(path, with_secrets=not options.without_secrets).collection()
    file = path.name if path.is_file() else ""
    problems = [each for each in found.problems if not file or each.file == file]
    warnings = [
        each
        for each in left_out(found.rules, found.receivers, found.routes)
        if not file or each.file == file
    ]
    if options.json:
        say_json(
            {
                "problems": [
                    {"file": each.file, "line": each.line, "problem": each.sentence}
                    for each in problems
                ],
                "warnings": [
                    {"file": each.file, "line": each.line, "warning": each.sentence}
                    for each in warnings
                ],
                "rules": sorted(found.rules),
                "receivers": sorted(found.receivers),
            }
        )
        return int(bool(problems))
    say(*map(str, problems))
    say(*(f"{each.file}:{each.line}: warning: {each.sentence}" for each in warnings))
    if not problems:
        say(_all_well(found, path if file else None) if found.files else _empty(path))
    return int(bool(problems))


def _empty(path: Path) -> str:
    return f"no file in {path} ends in .yml or .yaml, so there are no rules"


def _all_well(found: RuleCollection, file: Path | None) -> str:
    rules = [rule for rule in found.rules.values() if file is None or rule.file == file.name]
    files = 1 if file else found.files
    return f"{count(len(rules), 'rule')} in {count(files, 'file')}, nothing is wrong"
