"""What a file says of routes and of planned silences."""

import pytest

from blinkenlights.rules.files.read import read_rules
from blinkenlights.rules.receiver import Maintenance, Quiet, Route, Step
from blinkenlights.yaml_files.mistakes import BadFile

NOW = 1_764_331_200.0


def routes(text: str) -> tuple[Route, ...]:
    """Return the routes of a file."""
    return read_rules(f"routes:\n{text}\n".encode(), "a.yml", {}, NOW).routes


def maintenance(text: str) -> Maintenance:
    """Return the one planned silence of a file."""
    text = f"maintenance:\n  nightly backup: {text}\n"
    (found,) = read_rules(text.encode(), "a.yml", {}, NOW).maintenance
    return found


def mistake(text: str) -> str:
    """Return the one thing that is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read_rules(text.encode(), "a.yml", {}, NOW)
    (found,) = bad.value.mistakes
    return str(found)


def test_the_shortest_route_tells_somebody_of_everything() -> None:
    """Those of one rule in one message, after five seconds, once."""
    assert routes("- tell: chat") == (Route(tell=("chat",), file="a.yml", line=2),)


def test_all_that_a_route_may_say() -> None:
    """Each key ends where whoever plans looks for it."""
    (found,) = routes(
        "- match: {severity: page, subject: heartbeat, team: web, level: crit*}\n"
        "  tell: [oncall, chat]\n"
        "  escalate: [{after: 15m, tell: boss}, {after: 1h, tell: [all, boss]}]\n"
        "  quiet: {from: 22:00, to: '6:30', days: [fri-sun, wed], zone: Europe/Riga}\n"
        "  repeat: 4h\n  group_by: [rule, host]\n  gather: 30s\n  continue: true"
    )

    assert found == Route(
        match={"severity": "page", "subject": "component", "team": "web", "level": "crit*"},
        tell=("oncall", "chat"),
        escalate=(Step(900.0, ("boss",)), Step(3600.0, ("all", "boss"))),
        quiet=(Quiet(1320, 390, (2, 4, 5, 6), "Europe/Riga"),),
        repeat=14400.0,
        group_by=("rule", "host"),
        gather=30.0,
        goes_on=True,
        file="a.yml",
        line=2,
    )


@pytest.mark.parametrize(
    ("days", "numbers"),
    [("mon-fri", (0, 1, 2, 3, 4)), ("sat-mon", (0, 5, 6)), ("Sun", (6,)), ("[]", ())],
)
def test_days_are_words_and_spans_of_them(days: str, numbers: tuple[int, ...]) -> None:
    """A span may go over the end of the week."""
    (found,) = routes(f"- {{tell: a, quiet: [{{from: '0:00', to: 24:00, days: {days}}}]}}")

    assert found.quiet == (Quiet(0, 0, numbers, "UTC"),)


def test_a_planned_silence() -> None:
    """It begins by a cron expression in a time zone."""
    found = maintenance(
        "{match: {subject: client, thing: backup-*}, cron: '0 2 * * *', zone: Europe/Riga, "
        "for: 1h, reason: backup}"
    )

    assert found == Maintenance(
        "nightly backup",
        {"subject": "client", "thing": "backup-*"},
        "0 2 * * *",
        "Europe/Riga",
        3600.0,
        "backup",
        "a.yml",
        2,
    )
    assert maintenance("{match: {rule: '*'}, cron: '@weekly', for: 1h}").schedule == "0 0 * * 0"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("routes: {tell: chat}", "line 1: routes: wants a list; write - tell: [chat]"),
        ("routes:\n- match: {rule: x}", "line 2: routes: tell is missing; write it"),
        (
            "routes:\n- {tell: a, mach: {}}",
            ("line 2: routes: mach: there is no such key; did you mean match?"),
        ),
        (
            "routes:\n- tell: a\n  match: {sevrity: page}",
            ("line 3: routes: match: sevrity: did you mean severity?"),
        ),
        (
            "routes:\n- tell: a\n  match: {subject: metrics}",
            ("line 3: routes: match: there is no subject 'metrics'; did you mean metric?"),
        ),
        (
            "routes:\n- tell: a\n  match: {level: ok}",
            ("line 3: routes: match: level is warning or critical, never 'ok'"),
        ),
        (
            "routes:\n- tell: a\n  repeat: 5s",
            ("line 3: routes: repeat: has to be 1m or more, or 0 for never"),
        ),
        (
            "routes:\n- tell: a\n  gather: 1h",
            (
                "line 3: routes: gather: has to be 10m at most: it is "
                "how long an alert waits for others"
            ),
        ),
        (
            "routes:\n- tell: a\n  escalate:\n  - {after: 15m, tell: b}\n  - {after: 5m, tell: c}",
            (
                "line 5: routes: escalate: each step comes later than the one before; put them in "
                "order"
            ),
        ),
        (
            "routes:\n- tell: a\n  escalate:\n  - {after: soon, tell: b}",
            (
                "line 4: routes: escalate: "
                "after: 'soon' is not a duration; write 90, 90s, 2m, 1h or 1d"
            ),
        ),
        (
            "routes:\n- tell: a\n  escalate:\n  - {after: 5m, tell: []}",
            ("line 4: routes: escalate: tells nobody; name a receiver"),
        ),
        (
            "routes:\n- tell: a\n  quiet: {from: '25:00', to: '6:00'}",
            ("line 3: routes: quiet: from: '25:00' is no time of the day; write 22:00"),
        ),
        (
            "routes:\n- tell: a\n  quiet: {from: '5:00', to: '6:00', days: freitag}",
            ("line 3: routes: quiet: days: 'freitag' is no day; write mon, or mon-fri"),
        ),
        (
            "routes:\n- tell: a\n  quiet: {from: '5:00', to: '6:00', zone: Riga}",
            ("line 3: routes: quiet: 'Riga' is none; write one such as Europe/Riga"),
        ),
        (
            "routes:\n- tell: a\n  group_by: [a b]",
            (
                "line 3: routes: group_by: 'a b' is no name of a "
                "tag or label: letters, digits and _ . -"
            ),
        ),
        (
            "maintenance: []",
            ("line 1: maintenance: wants names below it, each with match, cron and for"),
        ),
        (
            "maintenance:\n  x: {cron: '@daily', for: 1h}",
            ("line 2: maintenance x: match is missing; write it"),
        ),
        (
            "maintenance:\n  x: {match: {}, cron: '@daily', for: 1h}",
            (
                "line 2: maintenance x: match: "
                "is empty; write what is silenced, and rule: '*' for everything"
            ),
        ),
        (
            "maintenance:\n  x:\n    match: {rule: a}\n    cron: 61 * * * *\n    for: 1h",
            (
                "line 4: "
                "maintenance x: cron: Bad minute; write minute, hour, day, month and weekday, as "
                "in "
                "'*/5 * * * *'"
            ),
        ),
        (
            "maintenance:\n  x:\n    match: {rule: a}\n    cron: '@daily'\n    for: 0",
            ("line 5: maintenance x: for: has to be more than 0"),
        ),
        (
            (
                "maintenance:\n  x:\n    match: {rule: a}\n    cron: '@daily'\n    for: 1h\n    "
                "zone: "
                "Riga"
            ),
            "line 6: maintenance x: zone: 'Riga' is none; write one such as Europe/Riga",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, sentence: str) -> None:
    """And with what to write."""
    assert mistake(text) == sentence
