"""`blinkenlights rules test`: rules tried on series that were written down."""

import json
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

import pytest

from blinkenlights.kinds.alert import tested
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from commands.calling import Command, Outcome
from servers.simulated_metrics import SimulatedMetrics

RULES = """\
receivers:
  chat: {webhook: {url: https://example.net/chat, secret: "${CHAT}"}}
  oncall: {webhook: {url: https://example.net/oncall}}
routes:
  - match: {severity: page}
    tell: [chat]
    escalate: [{after: 15m, tell: [oncall]}]
  - tell: [chat]
queue is long:
  metric: "*.queue"
  warning: 100
  critical: 1000
  for: 5m
  keep: 2m
  missing: keep
silent:
  heartbeat: "*"
  critical: state == 'silent'
  missing: keep
"""
THINGS = """
things:
  - metric: web.queue
    series: [50 x 3, 120 x 8, gap x 5, 50 x 10]
"""


class Trying:
    """Writes files of tests, and has them run."""

    def __init__(self, command: Command, folder: Path) -> None:
        self._command = command
        self.folder = folder
        (folder / "rules").mkdir()
        (folder / "rules" / "a.yml").write_text(RULES)

    def __call__(self, *tests: str, words: tuple[str, ...] = ()) -> Outcome:
        """Return what comes of a file with tests, each of which is written down below its name."""
        whole = "rules: rules\ntests:\n"
        for number, test in enumerate(tests):
            whole += f"  test {number}:\n" + indent(dedent(test).strip("\n"), "    ") + "\n"
        path = self.folder / "a.test.yml"
        path.write_text(whole)
        return self._command("rules", "test", path, *words)


@pytest.fixture
def trying(command: Command, tmp_path: Path) -> Trying:
    """Give what runs tests."""
    return Trying(command, tmp_path)


def test_a_test_passes(trying: Trying) -> None:
    """It says of which rules no test is."""
    said = trying(
        THINGS
        + """
expect:
  - {at: 2m, rule: queue is long, thing: web.queue, state: well}
  - {at: 7m, rule: queue is long, thing: web.queue, state: pending, level: warning}
  - {at: 15m, rule: queue is long, thing: web.queue, state: firing}
  - {at: 24m, rule: queue is long, thing: web.queue, state: well}
told:
  - {at: 8m, rule: queue is long, thing: web.queue, what: fired, level: warning, to: [chat]}
  - {at: 18m, rule: queue is long, thing: web.queue, what: resolved, to: [chat]}
"""
    )

    assert (said.err, said.code) == ("", 0)
    assert said.out.splitlines() == [
        "a.yml:16: no test is about silent",
        "1 test of 1 file, nothing is wrong",
    ]


def test_a_state_that_is_another_one_is_said(trying: Trying) -> None:
    """With file and line, what it is and why, and what was wanted."""
    said = trying(
        THINGS + "expect:\n  - {at: 7m, rule: queue is long, thing: web.queue, state: firing}"
    )

    assert said.code == 1
    assert said.out.splitlines()[0].endswith(
        "a.test.yml:8: test 0: at 7m queue is long: web.queue is pending warning "
        "(value was 120, limit 100), want firing"
    )
    assert said.out.splitlines()[-1] == "1 of 1 test of 1 file failed"


def test_a_test_that_runs_past_the_end_of_its_series_fails(trying: Trying) -> None:
    """Nobody says what comes then, so nothing that comes out of it means anything."""
    said = trying(
        THINGS + "expect:\n  - {at: 26m, rule: queue is long, thing: web.queue, state: well}"
    )

    assert said.code == 1
    assert "26m is past the end of web.queue, whose series ends at 26m" in said.out


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("[]", "at 8m chat was told fired warning of queue is long: web.queue"),
        (
            "[{at: 9m, rule: queue is long, thing: web.queue, what: fired}]",
            "at 9m nothing is told of queue is long: web.queue, want fired: at 8m chat was told",
        ),
        (
            "[{at: 8m, rule: queue is long, thing: web.queue, what: fired, to: [oncall]}]",
            "at 8m nothing is told to oncall",
        ),
        (
            "[{at: 8m, rule: queue is long, thing: web.queue, what: fired, level: critical}]",
            "want fired critical",
        ),
    ],
)
def test_what_is_told_and_not_wanted_is_said_and_the_other_way_round(
    trying: Trying, told: str, complaint: str
) -> None:
    """All that is told has to be wanted, where a test says what is."""
    state = "expect: [{at: 10m, rule: queue is long, thing: web.queue, state: firing}]"

    said = trying(THINGS + f"told: {told}\n{state}")

    assert said.code == 1
    assert complaint in said.out


def test_what_is_told_and_not_wanted_is_said_in_the_order_of_time(trying: Trying) -> None:
    state = "expect: [{at: 20m, rule: queue is long, thing: web.queue, state: firing}]"

    out = trying(THINGS + f"told: []\n{state}").out

    unwanted = [line for line in out.splitlines() if "does not want" in line]
    assert [line.partition(" chat was told ")[2].split()[0] for line in unwanted] == [
        "fired",
        "resolved",
    ], out


def test_escalation_is_told(trying: Trying) -> None:
    """After a quarter of an hour in which nobody acknowledges it."""
    said = trying(
        """
things: [{metric: web.queue, series: [120 x 40]}]
told:
  - {at: 5m, rule: queue is long, thing: web.queue, what: fired, to: [chat]}
  - {at: 20m, rule: queue is long, thing: web.queue, what: escalated, to: [oncall]}
"""
    )

    assert said.code == 0, said.out


def test_time_in_which_nobody_listens_does_not_count(trying: Trying) -> None:
    """And when nobody hears anything, that is told in place of all else."""
    said = trying(
        """
things: [{metric: web.queue, series: [120 x 3, blind x 10, 120 x 10]}]
expect:
  - {at: 15m, rule: queue is long, thing: web.queue, state: pending}
  - {at: 17m, rule: queue is long, thing: web.queue, state: firing}
told:
  - {at: 4m, rule: blind, thing: all collectors, what: fired}
  - {at: 13m, rule: blind, thing: all collectors, what: resolved}
  - {at: 915s, rule: queue is long, thing: web.queue, what: fired}
"""
    )

    assert said.code == 0, said.out


def test_components_are_tried_by_their_states(trying: Trying) -> None:
    """Facts and tags can be said, too."""
    said = trying(
        """
things:
  - heartbeat: shop.api
    facts: {queue: 3}
    series: [alive x 3, silent x 2, {state: alive, facts: {queue: 5}, times: 2}]
expect:
  - {at: 2m, rule: silent, thing: shop.api, state: well}
  - {at: 3m, rule: silent, thing: shop.api, state: firing, level: critical}
  - {at: 5m, rule: silent, thing: shop.api, state: well}
"""
    )

    assert said.code == 0, said.out


def test_what_never_came_is_tried_by_a_series_of_gaps(trying: Trying) -> None:
    """And what no test writes down is not missing in it."""
    (trying.folder / "rules" / "b.yml").write_text(
        "mailer: {heartbeat: [mailer, other], critical: 5m, missing: critical, for: 1m}\n"
    )

    said = trying(
        """
things: [{heartbeat: mailer, series: [gap x 5]}]
expect: [{at: 2m, rule: mailer, thing: mailer, state: firing, level: critical}]
told: [{at: 1m, rule: mailer, thing: mailer, what: fired}]
"""
    )

    assert said.code == 0, said.out


def test_rules_that_no_test_is_about_can_be_a_fault(trying: Trying) -> None:
    """For who wants all of them tested."""
    test = THINGS + "expect:\n  - {at: 2m, rule: queue is long, thing: web.queue, state: well}"

    assert trying(test).code == 0
    assert trying(test, words=("--all-tested",)).code == 1


def test_that_nobody_is_told_anything_can_be_all_that_is_wanted(trying: Trying) -> None:
    """Up to the end of the series."""
    silent = trying("things: [{metric: web.queue, series: [50 x 20]}]\ntold: []")
    told = trying(THINGS + "told: []")

    assert silent.code == 0
    assert told.code == 1
    assert "which the test does not want" in told.out


def test_what_came_of_all_tests_is_recorded_where_it_is_asked_for(
    trying: Trying, metrics: SimulatedMetrics
) -> None:
    """By rule: the files that are about it, and that none is; a later run takes its place."""
    state = "expect: [{at: 2m, rule: queue is long, thing: web.queue, state: %s}]"
    words = ("--record", "--redis", metrics.simulation.url)

    trying(THINGS + state % "firing", words=words)
    failed = recorded(metrics)
    trying(THINGS + state % "well", words=words)
    passed = recorded(metrics)

    file = str(trying.folder / "a.test.yml")
    assert (failed["queue is long"].files, failed["queue is long"].failed) == ([file], [file])
    assert (passed["queue is long"].files, passed["queue is long"].failed) == ([file], [])
    assert passed["silent"].files == []
    assert passed["silent"].digest != passed["queue is long"].digest


def recorded(metrics: SimulatedMetrics) -> Mapping[str, tested.TestedRule]:
    """Return what is recorded, by rule."""
    with StoreReader(parse_address(metrics.simulation.url), 5.0) as store:
        found = tested.tested(store)
    assert found is not None
    return found.rules


def test_programs_have_it_as_json(trying: Trying) -> None:
    """Each test with its faults, and rules without any."""
    state = "expect:\n  - {at: 2m, rule: queue is long, thing: web.queue, state: firing}"

    found = json.loads(trying(THINGS + state, words=("--json",)).out)

    assert found["tests"][0]["faults"][0]["line"] == 8
    assert found["untested"] == {"silent": "a.yml:16"}


@pytest.mark.parametrize(
    ("test", "mistake"),
    [
        ("things: []", "test 0: wants nothing, so it is no test; write expect: or told:"),
        ("things: [{metric: a, series: [many]}]", "'many' is neither a number nor one of: ahead,"),
        ("things: [{series: [1]}]", "a thing has one key that names it; there are heartbeat,"),
        ("things: [{metric: a}]", "a: Object missing required field `series`"),
        ("things: [{metric: a, series: [1], every: 5x}]", "every: "),
        ("start: soon\nthings: []", "start: 'soon' is no time; write 2026-01-05T12:00"),
        (
            "things: []\nexpect: [{at: 1m, rule: x, thing: a, state: well}]",
            "there is no rule 'x'",
        ),
        (
            "things: []\nexpect: [{at: 1m, rule: silent, thing: a, state: well}]",
            "'a' is none of the things of the test",
        ),
        ("things: []\nexpects: []", "expects"),
        ("told: []", "write either things: with their series, or replay: a capture"),
        ("things: []\nreplay: a.jsonl\ntold: []", "write either things:"),
        ("replay: a.jsonl\nstart: 2026-01-05", "a replay begins with its first message"),
    ],
)
def test_what_is_wrong_with_a_test_is_said(trying: Trying, test: str, mistake: str) -> None:
    """In a sentence that says what to write."""
    said = trying(test)

    assert said.code
    assert mistake in said.out + said.err
    assert "a.test.yml:" in said.out + said.err


def test_rules_that_cannot_be_used_are_not_tested(trying: Trying) -> None:
    """What is wrong with them is said."""
    (trying.folder / "rules" / "b.yml").write_text("late: {client: '*', critical: 5x}\n")

    said = trying(THINGS)

    assert said.code == 2
    assert "b.yml:1: late" in said.err
