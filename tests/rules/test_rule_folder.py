"""What all files of a folder of rules say together."""

from pathlib import Path

import pytest

from blinkenlights.rules.files.collection import RuleFolder

RULE = "{metric: x, warning: 1, missing: keep}"
HOOK = "{webhook: {url: https://example.net/hook}}"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at 100."""
    return Clock()


@pytest.fixture
def environment() -> dict[str, str]:
    """Give the variables there are."""
    return {}


@pytest.fixture
def folder(tmp_path: Path, clock: Clock, environment: dict[str, str]) -> RuleFolder:
    """Give a folder with one rule in one file."""
    (tmp_path / "b.yml").write_text(f"one: {RULE}\n")
    found = RuleFolder(tmp_path, environment, clock)
    found.look()
    return found


def write(folder: RuleFolder, name: str, text: str) -> None:
    """Write a file, and look at it."""
    (folder.path / name).write_text(text)
    folder.look()


def problems(folder: RuleFolder) -> list[str]:
    """Return what is wrong."""
    return list(map(str, folder.collection().problems))


def test_files_are_one_by_the_order_of_their_names(folder: RuleFolder) -> None:
    """So it is known which route is tried first."""
    write(folder, "c.yml", f"receivers: {{c: {HOOK}}}\nroutes: [{{tell: c}}]")
    write(folder, "a.yml", f"receivers: {{a: {HOOK}}}\nroutes: [{{tell: a}}]\ntwo: {RULE}")
    write(
        folder,
        "d.yml",
        "maintenance: {nightly: {match: {rule: one}, cron: '@daily', for: 1h}}",
    )

    found = folder.collection()

    assert (list(found.rules), list(found.receivers)) == (["two", "one"], ["a", "c"])
    assert [each.tell for each in found.routes] == [("a",), ("c",)]
    assert [each.name for each in found.maintenance] == ["nightly"]
    assert (found.problems, found.files) == ((), 4)


def test_a_bad_file_costs_itself_only(folder: RuleFolder) -> None:
    """Its last good version stays in force, and it is said where it is wrong and since when."""
    write(folder, "b.yml", "one: {metrc: x}\n")
    write(folder, "c.yml", f"two: {RULE}\n\nthree: 5\n")
    write(folder, "d.yml", f"four: {RULE}\n")

    found = folder.collection()

    assert list(found.rules) == ["one", "four"]
    assert [(each.file, each.line, each.since, each.is_replaced) for each in found.problems] == [
        ("b.yml", 1, 100.0, True),
        ("c.yml", 3, 100.0, False),
    ]


def test_a_file_that_is_being_written_takes_no_rule_away(folder: RuleFolder) -> None:
    """It is empty for a moment, and an alert whose rule is gone would be over."""
    write(folder, "b.yml", "")

    assert list(folder.collection().rules) == ["one"]
    assert problems(folder) == ["b.yml: is empty; remove it when its rules are to go"]


def test_of_two_rules_of_one_name_the_first_counts(folder: RuleFolder, clock: Clock) -> None:
    """Also of receivers and planned silences; that is said from when it is so."""
    more = "receivers: {hook: %s}\nmaintenance: {m: {match: {rule: one}, cron: '@daily', for: 1h}}"
    write(folder, "a.yml", f"{more % HOOK}\none: {RULE}\n")
    clock.now = 200.0
    write(folder, "c.yml", more % HOOK.replace("/hook", "/other"))
    folder.collection()
    clock.now = 300.0

    found = folder.collection()

    assert found.rules["one"].file == "a.yml"
    assert found.receivers["hook"].file == "a.yml"
    assert [(str(each), each.since, each.is_elsewhere) for each in found.problems] == [
        ("b.yml:1: one is in a.yml line 3 already; that one is judged", 200.0, True),
        ("c.yml:1: hook is in a.yml line 1 already; that one is told", 200.0, True),
        ("c.yml:2: m is in a.yml line 2 already; that one is kept to", 200.0, True),
    ]


def test_names_that_lead_nowhere_are_said(folder: RuleFolder) -> None:
    """The rule is judged all the same."""
    write(
        folder,
        "b.yml",
        f"receivers: {{chat: {HOOK}}}\n"
        "routes:\n- {tell: chta}\n- {tell: chat, escalate: [{after: 5m, tell: boss}]}\n"
        "one: {metric: x, warning: 1, missing: keep, tell: nobody, unless: tow}\n"
        "two: {metric: x, warning: 1, missing: keep}\n",
    )

    found = folder.collection()

    assert list(found.rules) == ["one", "two"]
    assert list(map(str, found.problems)) == [
        "b.yml:5: one: tell: there is no receiver nobody",
        "b.yml:5: one: unless: there is no rule tow; did you mean two?",
        "b.yml:3: routes: there is no receiver chta; did you mean chat?",
        "b.yml:4: routes: there is no receiver boss",
    ]
    assert all(each.is_partial for each in found.problems)


def test_rules_that_explain_each_other_are_named(folder: RuleFolder) -> None:
    """Each would keep the others from being told, and nobody would hear of any."""
    write(
        folder,
        "b.yml",
        f"c: {RULE[:-1]}, unless: a}}\na: {RULE[:-1]}, unless: [b]}}\nb: {RULE[:-1]}, unless: c}}\n"
        f"d: {RULE[:-1]}, unless: a}}\n",
    )

    assert problems(folder) == [
        (
            "b.yml:2: a: unless: goes in a circle, a -> b -> c -> a, so that each may keep the "
            "other "
            "from being told; leave one out"
        )
    ]


def test_a_secret_that_comes_later_is_found(
    folder: RuleFolder, environment: dict[str, str]
) -> None:
    """Though the file is the same as before; rules beside it were judged all the time."""
    write(
        folder, "b.yml", f"receivers:\n  pd: {{pagerduty: {{routing_key: '${{PD}}'}}}}\none: {RULE}"
    )
    before = folder.collection()
    environment["PD"] = "0123456789abcdef"
    folder.look()

    assert list(before.rules) == ["one"]
    assert [(each.line, each.is_partial) for each in before.problems] == [(2, True)]
    assert folder.collection().problems == ()
    assert not folder.look()


def test_a_folder_that_went_away_keeps_what_it_said(folder: RuleFolder) -> None:
    """It is a problem of the folder."""
    folder.path.rename(folder.path.with_name(f"{folder.path.name}-away"))
    folder.look()

    found = folder.collection()

    assert list(found.rules) == ["one"]
    assert "cannot be read" in found.problems[0].sentence
