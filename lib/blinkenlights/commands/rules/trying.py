"""`blinkenlights rules test`: rules tried on series that were written down, or on messages."""

import asyncio
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path

from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.rules.folder import add_folder, followed, opened, path_of
from blinkenlights.commands.rules.testing.file import TrialFile, read_tests
from blinkenlights.commands.rules.testing.tried import Tried, summed_up, tried, untested
from blinkenlights.commands.stores import add_store, open_store
from blinkenlights.commands.terminal import say, say_json
from blinkenlights.errors import UsageError
from blinkenlights.kinds.alert import keys
from blinkenlights.kinds.alert.tested import Tested, packed
from blinkenlights.plugin.words import count
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.yaml_files.folder import is_read

MOST_REFUSED = 10
NOTHING_WANTED = (
    "nothing was expected of it, so nothing was tested; a test with replay: says what is expected"
)


def add_parser(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "test",
        help="try rules on series that were written down",
        description="Run files of tests in virtual time: each says what comes of some things, and "
        "how alerts are to be at which moments and who is to be told. The exit "
        "code is 1 when anything is not as a test wants it, or when a test asks for a moment past "
        "the end of its series.",
        epilog="docs/rules-testing.md shows how a test is written",
        allow_abbrev=False,
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="a file of tests")
    parser.add_argument(
        "--replay",
        metavar="CAPTURE",
        type=Path,
        help="in place of tests: messages, as JSON lines or as blinkenlights log --capture wrote "
        "them; says who would have been told what, when, and compares it with nothing: replay: of "
        "a test does. They go through decoders, a store of their own and the evaluator",
    )
    add_folder(parser)
    parser.add_argument(
        "--all-tested", action="store_true", help="fail when there is a rule that no test is about"
    )
    parser.add_argument(
        "--record",
        action="store_true",
        help="note in the store what came of it, so that the page of a rule says whether a test "
        "covers it; name all files of tests, since it takes the place of what was noted before",
    )
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Try them; returns 1 when anything is not as it is wanted, else 0. Raises UsageError."""
    if options.replay:
        if options.files:
            raise UsageError("--replay is in place of tests; leave the files out")
        if options.record:
            raise UsageError("--replay tests nothing, so there is nothing to record")
        return _replay(options)
    if not options.files:
        raise UsageError("name a file of tests, or messages with --replay")
    files = [read_tests(path) for path in options.files]
    collections = {file.rules: _collection(file) for file in files}
    runs = [each for file in files for each in tried(file, collections[file.rules])]
    left = untested(runs, collections)
    if options.record:
        asyncio.run(_record(options, summed_up(runs, collections, wall_clock())))
    is_bad = any(each.faults for each in runs) or (options.all_tested and bool(left))
    if options.json:
        say_json(_plain(runs, left))
        return int(is_bad)
    for each in runs:
        test = f"{each.trial.name}:"
        say(*(f"{each.file}:{fault.line}: {test} {fault.sentence}" for fault in each.faults))
    say(*(f"{place}: no test is about {name}" for name, place in left.items()))
    failed = sum(bool(each.faults) for each in runs)
    tests = f"{count(len(runs), 'test')} of {count(len(files), 'file')}"
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
    read, left = count(found.messages, "message"), len(found.refused)
    refused = f", {left} could not be read" if left else ""
    say(
        *(
            f"{written(each.at)} (at {round(each.at - found.start)}s) {each.in_words}"
            for each in found.said
        ),
        f"{read} from {written(found.start)} to {written(found.end)}{refused}; "
        f"{count(found.things, 'thing')} judged, {count(len(found.said), 'notice')}",
        NOTHING_WANTED,
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


async def _record(options: Namespace, found: Tested) -> None:
    store = open_store(options)
    try:
        await store.ask(store.redis.set(keys.TESTED, packed(found)))
    finally:
        await store.close()


def _plain(runs: Sequence[Tried], left: Mapping[str, str]) -> Mapping[str, object]:
    return {
        "tests": [
            {
                "file": str(each.file),
                "line": each.trial.line,
                "name": each.trial.name,
                "faults": [fault._asdict() for fault in each.faults],
            }
            for each in runs
        ],
        "untested": left,
    }
