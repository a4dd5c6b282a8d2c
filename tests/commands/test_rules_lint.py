"""`blinkenlights rules lint`: what is wrong with a folder of rules."""

import json
from pathlib import Path

import pytest

from commands.calling import Command

GOOD = """\
receivers:
  chat: {webhook: {url: https://example.net/hook}}
queue is long: {metric: '*.queue', warning: 100, missing: keep, tell: chat}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with one good rule."""
    made = tmp_path / "rules"
    made.mkdir()
    (made / "a.yml").write_text(GOOD)
    return made


def test_it_says_that_nothing_is_wrong(command: Command, folder: Path) -> None:
    """With how much it read, of a folder or of one file."""
    (folder / "b.yml").write_text(
        "silent: {heartbeat: '*', critical: 5m, missing: keep, tell: chat}"
    )

    of_all = command("rules", "lint", folder)
    of_one = command("rules", "lint", folder / "b.yml")

    assert (of_all.code, of_all.out) == (0, "2 rules in 2 files, nothing is wrong\n")
    assert (of_one.code, of_one.out) == (0, "1 rule in 1 file, nothing is wrong\n")


def test_it_says_all_that_is_wrong(command: Command, folder: Path) -> None:
    """With file and line, and the exit code says so, too."""
    (folder / "b.yml").write_text("silent:\n  heartbeat: '*'\n  critical: 5x\n")
    (folder / "c.yml").write_text(
        "late: {client: '*', critical: 5m, missing: keep, tell: chatt, unless: nothing}"
    )

    found = command("rules", "lint", folder)

    assert found.code == 1
    assert found.out.splitlines() == [
        (
            "b.yml:1: silent: missing: is missing; say what holds while nothing comes: missing: "
            "keep "
            "for what held before, or warning, or critical"
        ),
        "b.yml:3: silent: critical: '5x' is not a duration; write 90, 90s, 2m, 1h or 1d",
        "c.yml:1: late: tell: there is no receiver chatt; did you mean chat?",
        "c.yml:1: late: unless: there is no rule nothing",
    ]
    assert command("rules", "lint", folder / "a.yml").code == 0


def test_it_warns_of_what_may_be_meant(command: Command, folder: Path) -> None:
    """Which is no mistake."""
    (folder / "b.yml").write_text(
        "receivers:\n  mail: {webhook: {url: https://example.net/hook}}\n"
        "routes:\n- {match: {rule: blind}, tell: chat}\n- tell: chat\n- tell: chat\n"
        "- {match: {rule: x}, tell: chat}\n"
    )
    (folder / "c.yml").write_text("silent: {heartbeat: '*', critical: 5m, missing: keep}")
    of_all = command("rules", "lint", folder)
    (folder / "b.yml").write_text("routes: [{match: {severity: ticket}, tell: chat}]")
    of_nobody = command("rules", "lint", folder)

    assert of_all.code == of_nobody.code == 0
    assert of_all.out.splitlines() == [
        "b.yml:2: warning: receiver mail is told nothing; name it in a route, or remove it",
        (
            "b.yml:6: warning: routes: this one is never reached: the one in b.yml line 5 takes "
            "everything; move that one down, or write continue: true there"
        ),
        (
            "b.yml:7: warning: routes: this one is never reached: the one in b.yml line 5 takes "
            "everything; move that one down, or write continue: true there"
        ),
        "b.yml:7: warning: routes: match: there is no rule x",
        "2 rules in 3 files, nothing is wrong",
    ]
    assert of_nobody.out.splitlines() == [
        (
            "c.yml:1: warning: silent tells nobody: no route matches it; write tell: below it, "
            "or a "
            "route"
        ),
        "2 rules in 3 files, nothing is wrong",
    ]


def test_secrets_need_not_be_there_to_test_files(command: Command, folder: Path) -> None:
    """Where they are tested, nobody is told. What is written out is refused all the same."""
    hook = "receivers:\n  hook: {webhook: {url: https://a.test, secret: SECRET}}\n"
    hook += "routes: [{tell: hook}]"
    (folder / "b.yml").write_text(hook.replace("SECRET", "'${NOWHERE}'"))
    with_secrets = command("rules", "lint", folder)
    without = command("rules", "lint", "--without-secrets", folder)
    (folder / "b.yml").write_text(hook.replace("SECRET", "hunter2"))

    assert (with_secrets.code, without.code) == (1, 0)
    assert "b.yml:2: receiver hook: the variable NOWHERE is not set" in with_secrets.out
    assert command("rules", "lint", "--without-secrets", folder).code == 1


@pytest.mark.parametrize("words", [("rules", "lint"), ("probe", "lint")])
def test_a_file_that_nobody_reads_is_not_well(
    command: Command, folder: Path, words: tuple[str, ...]
) -> None:
    """Its name has to end as those do that are read."""
    (folder / "a.txt").write_text("what?")

    found = command(*words, folder / "a.txt")

    assert found.code == 2
    assert "a.txt is not read" in found.err


def test_a_folder_without_files_is_told(command: Command, tmp_path: Path) -> None:
    """It may be another one than was meant."""
    found = command("rules", "lint", tmp_path)

    assert found.code == 0
    assert found.out == f"no file in {tmp_path} ends in .yml or .yaml, so there are no rules\n"


def test_programs_get_json(command: Command, folder: Path) -> None:
    """With problems and warnings apart."""
    (folder / "b.yml").write_text("a:\n  metric: x\n  missing: keep\n")

    found = command("rules", "lint", "--json", folder)

    assert found.code == 1
    assert json.loads(found.out) == {
        "problems": [
            {
                "file": "b.yml",
                "line": 1,
                "problem": "a: says neither warning nor critical; write when it is bad: warning: "
                "'100'",
            }
        ],
        "warnings": [],
        "rules": ["queue is long"],
        "receivers": ["chat"],
    }


def test_the_folder_is_that_of_the_configuration(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none is named; without any it says where to name one."""
    without = command("rules", "lint")
    elsewhere = command("rules", "when", "queue is long")
    monkeypatch.setenv("BLINKENLIGHTS_ALERT_RULES", str(folder))
    configured = command("rules", "lint")
    away = command("rules", "lint", folder / "none")

    assert (without.code, configured.code, away.code) == (1, 0, 2)
    assert "alert.rules is not set" in without.err
    assert "behind the command" in without.err
    assert "with --rules" in elsewhere.err
    assert "is not there; name the folder of rules" in away.err
