"""`blinkenlights rules test`: rules tried on series that were written down, or on messages."""

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.rules.folder import add_folder, followed, opened, path_of
from blinkenlights.commands.rules.testing.file import TrialFile, read_tests
from blinkenlights.commands.rules.testing.running import Fault, faults_of
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.plugin.words import count
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.yaml_files.folder import is_read

MOST_REFUSED = 10


class Tried(NamedTuple):
    """What came of one test."""

    file: Path
    name: str
    line: int
    faults: Sequence[Fault]


def add_parser(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "test",
        help="try rules on series that were written down",
        description="Run files of tests in virtual time: each says what comes of some things, and "
        "how alerts are to be at which moments and who is to be told. Connects to nothing. The "
        "exit code is 1 when anything is not as a test wants it, or when a test asks for a moment "
        "past the end of its series.",
        epilog="docs/rules-testing.md shows how a test is written",
        allow_abbrev=False,
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="a file of tests")
    parser.add_argument(
        "--replay",
        metavar="CAPTURE",
        type=Path,
        help="in place of tests: messages, as JSON lines or as blinkenlights log --capture wrote "
        "them; says who would have been told what, when. They go through decoders, a store of "
        "their own and the evaluator",
    )
    add_folder(parser)
    parser.add_argument(
        "--all-tested", action="store_true", help="fail when there is a rule that no test is about"
    )
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Try them; returns 1 when anything is not as it is wanted, else 0. Raises UsageError."""
    if options.replay:
        if options.files:
            raise UsageError("--replay is in place of tests; leave the files out")
        return _replay(options)
    if not options.files:
        raise UsageError("name a file of tests, or messages with --replay")
    files = [read_tests(path) for path in options.files]
    collections = {file.rules: _collection(file) for file in files}
    tried = [each for file in files for each in _tried(file, collections[file.rules])]
    untested = {
        name: f"{rule.file}:{rule.line}"
        for path, collection in collections.items()
        for name, rule in sorted(collection.rules.items())
        if name not in _names_in(file for file in files if file.rules == path)
    }
    is_bad = any(each.faults for each in tried) or (options.all_tested and bool(untested))
    if options.json:
        say_json(_plain(tried, untested))
        return int(is_bad)
    for each in tried:
        say(*(f"{each.file}:{fault.line}: {each.name}: {fault.sentence}" for fault in each.faults))
    say(*(f"{place}: no test is about {name}" for name, place in untested.items()))
    failed = sum(bool(each.faults) for each in tried)
    tests = f"{count(len(tried), 'test')} of {count(len(files), 'file')}"
    say(f"{failed} of {tests} failed" if failed else f"{tests}, nothing is wrong")
    return int(is_bad)


def _replay(options: Namespace) -> int:
    # What it takes is dear to import.
    from blinkenlights.commands.rules.testing.replaying import replayed  # noqa: PLC0415

    collection = followed(path_of(options))
    found = replayed(options.replay, collection)
    if options.json:
        said = [each._asdict() for each in found.said]
        say_json({**found._asdict(), "refused": list(found.refused), "said": said})
        return 0
    say(*found.refused[:MOST_REFUSED])
    say(*(f"{written(each.at)} {each.in_words}" for each in found.said))
    read, left = count(found.messages, "message"), len(found.refused)
    refused = f", {left} could not be read" if left else ""
    say(
        f"{read} from {written(found.start)} to {written(found.end)}{refused}; "
        f"{count(found.things, 'thing')} judged, {count(len(found.said), 'notice')}"
    )
    return 0


def _collection(file: TrialFile) -> RuleCollection:
    """Return the rules that a file tests; raises UsageError when any cannot be used."""
    path = file.rules
    if not path.exists() or (path.is_file() and not is_read(path.name)):
        raise UsageError(f"{file.path}: {path} is neither a folder of rules nor a file of them")
    found = opened(path, with_secrets=False).collection()
    only = path.name if path.is_file() else ""
    problems = [each for each in found.problems if only in ("", each.file)]
    if problems:
        raise UsageError("\n".join(map(str, problems)))
    rules = {name: rule for name, rule in found.rules.items() if only in ("", rule.file)}
    return found._replace(rules=rules)


def _tried(file: TrialFile, collection: RuleCollection) -> Iterator[Tried]:
    for trial in file.tests:
        yield Tried(file.path, trial.name, trial.line, faults_of(trial, collection))


def _names_in(files: Iterator[TrialFile]) -> set[str]:
    """Return the rules that some tests are about."""
    return {each.settings.rule for file in files for trial in file.tests for each in trial.wanted}


def _plain(tried: Sequence[Tried], untested: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "tests": [
            {
                "file": str(each.file),
                "line": each.line,
                "name": each.name,
                "faults": [fault._asdict() for fault in each.faults],
            }
            for each in tried
        ],
        "untested": untested,
    }
