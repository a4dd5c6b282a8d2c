"""What came of tests, and which rules they are about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from blinkenlights.commands.rules.testing.comparing import Fault
from blinkenlights.commands.rules.testing.file import Trial, TrialFile
from blinkenlights.commands.rules.testing.running import faults_of
from blinkenlights.kinds.alert.tested import Tested, TestedRule
from blinkenlights.rules.digest import digest_of
from blinkenlights.rules.files.collection import RuleCollection


class Tried(NamedTuple):
    """What came of one test."""

    file: Path
    rules: Path
    """The folder of rules that it is about, or one file of it."""
    trial: Trial
    faults: Sequence[Fault]

    @property
    def names(self) -> set[str]:
        """Return the rules that it is about."""
        return {each.settings.rule for each in self.trial.wanted}


def tried(file: TrialFile, collection: RuleCollection) -> Iterator[Tried]:
    """Run the tests of a file. Raises UsageError, ConfigError, StoreError."""
    for trial in file.tests:
        yield Tried(file.path, file.rules, trial, _faults(trial, collection))


def untested(
    runs: Iterable[Tried], collections: Mapping[Path, RuleCollection]
) -> Mapping[str, str]:
    """Return the rules that no test is about, and where they stand: `queues.yml:14`."""
    about = {(each.rules, name) for each in runs for name in each.names}
    return {
        name: f"{rule.file}:{rule.line}"
        for path, collection in collections.items()
        for name, rule in sorted(collection.rules.items())
        if (path, name) not in about
    }


def summed_up(
    runs: Sequence[Tried], collections: Mapping[Path, RuleCollection], now: float
) -> Tested:
    """Return what came of all tests, by rule, as it is recorded."""
    rules = {}
    for path, collection in collections.items():
        for name, rule in collection.rules.items():
            of = [each for each in runs if each.rules == path and name in each.names]
            files = dict.fromkeys(str(each.file) for each in of)
            failed = dict.fromkeys(str(each.file) for each in of if each.faults)
            rules[name] = TestedRule(digest_of(rule), list(files), list(failed))
    return Tested(now, len(runs), rules)


def _faults(trial: Trial, collection: RuleCollection) -> Sequence[Fault]:
    if trial.replay is None:
        return faults_of(trial, collection)
    # What it takes is dear to import.
    from blinkenlights.commands.rules.testing.replaying import faults_of_replay  # noqa: PLC0415

    return faults_of_replay(trial, collection)
