"""The files in icinga/ follow from the options of the checks, and nothing is missing."""

import argparse
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from blinkenlights.definitions.option_table import SHARED, read_options
from blinkenlights.definitions.registry import CHECKS, CHILDREN, PARENT, TIMEOUT
from blinkenlights.definitions.writing import all_files, write
from blinkenlights.kinds.registry import checks

CHECK_FILES = (Path(__file__).parents[2] / "checks").glob("check_*.py")
ICINGA = Path(__file__).parents[2] / "icinga"
COMMANDS = (ICINGA / "icinga2" / "blinkenlights-commands.conf").read_text()
BASKET = json.loads((ICINGA / "director" / "basket.json").read_text())

NAMES = [check.name for check in checks()]
NOT_FOR_CORES = {"--help", "--version", "--json"}


def parser_of(name: str) -> argparse.ArgumentParser:
    parser = import_module(f"blinkenlights.checks.check_{name}").options()
    assert isinstance(parser, argparse.ArgumentParser)
    return parser


def flags_in_help(name: str) -> set[str]:
    pattern = r"^ {2}(?:-\w(?: [A-Z]+)?, )?(--[a-z][a-z-]+)"
    return set(re.findall(pattern, parser_of(name).format_help(), re.MULTILINE))


def command_block(name: str) -> str:
    pattern = rf'object CheckCommand "blinkenlights-{name}".*?^}}'
    found = re.search(pattern, COMMANDS, re.MULTILINE | re.DOTALL)
    assert found
    return found[0]


def test_checked_in_files_are_what_the_options_give() -> None:
    """`make definitions` would change nothing."""
    stale = [file.path for file in all_files() if (ICINGA / file.path).read_text() != file.text]

    assert stale == [], "run: make definitions"


def test_no_file_is_left_over() -> None:
    """Beside the README, icinga/ holds the generated files and no others."""
    there = {str(path.relative_to(ICINGA)) for path in ICINGA.rglob("*") if path.is_file()}

    assert there - {"README.md"} == {file.path for file in all_files()}


def test_writing_replaces_what_is_there(tmp_path: Path) -> None:
    """Files of an older version are overwritten, and folders are made."""
    old = tmp_path / "nrpe" / "blinkenlights.cfg"
    old.parent.mkdir()
    old.write_text("old")

    written = write(tmp_path)

    assert old in written
    assert old.read_text() == (ICINGA / "nrpe" / "blinkenlights.cfg").read_text()


def test_every_check_has_definitions() -> None:
    """A check that is installed is in the registry, and the other way round."""
    assert {check.program for check in CHECKS} == {path.stem for path in CHECK_FILES}


@pytest.mark.parametrize("name", NAMES)
def test_icinga_command_has_every_option(name: str) -> None:
    """Each option in a check's help is an argument of its CheckCommand, and nothing else is."""
    arguments = set(re.findall(r'^ {4}"(--[a-z-]+)" = ', command_block(name), re.MULTILINE))

    assert arguments == flags_in_help(name) - NOT_FOR_CORES


@pytest.mark.parametrize("name", NAMES)
def test_director_command_has_every_option(name: str) -> None:
    """Each option is an argument in the basket, and has a field in the web interface."""
    command = BASKET["Command"][f"blinkenlights-{name}"]
    used = {
        (argument.get("value") or argument["set_if"]).strip("$")
        for argument in command["arguments"].values()
    }

    assert set(command["arguments"]) == flags_in_help(name) - NOT_FOR_CORES
    assert fields_of(command) == used


def fields_of(template: dict[str, Any]) -> set[str]:
    return {
        BASKET["Datafield"][str(field["datafield_id"])]["varname"] for field in template["fields"]
    }


@pytest.mark.parametrize("name", NAMES)
def test_director_shows_every_option(name: str) -> None:
    """The host's template has fields for where the store is, a check's for all other options."""
    host = fields_of(BASKET["HostTemplate"]["blinkenlights-host"])
    service = fields_of(BASKET["ServiceTemplate"][f"blinkenlights-{name}"])
    options = {option.flag: option.variable for option in read_options(name, parser_of(name))}

    assert host == {options[flag] for flag in SHARED}
    assert host | service == set(options.values())
    assert not host & service


@pytest.mark.parametrize("name", NAMES)
def test_arguments_reach_the_check(name: str) -> None:
    """A value, a repeated value and a flag are passed in the form that the check's parser takes."""
    for option in read_options(name, parser_of(name)):
        line = re.search(rf'"{option.flag}" = {{(.*?)}}', command_block(name), re.DOTALL)
        assert line
        kind = "value" if option.takes_value else "set_if"

        assert f'{kind} = "${option.variable}$"' in line[1]
        assert ("repeat_key = true" in line[1]) == option.repeatable


def test_options_that_say_where_the_store_is_are_shared() -> None:
    """`blinkenlights_redis` on a host holds for all checks, so every check must have the option."""
    for name in NAMES:
        assert flags_in_help(name) >= SHARED
        assert '"$blinkenlights_redis$"' in command_block(name)


def test_no_password_on_a_command_line() -> None:
    """Where anybody on the machine can read it, no definition passes a password or asks for one."""
    for file in all_files():
        words = re.findall(r"\S*passw\S*", file.text.lower())
        assert not [word for word in words if "$" in word and "password_file" not in word]


def test_parent_is_known_before_its_children() -> None:
    """The collector's state is hard before that of a check which failed for the same reason."""
    slowest_parent = PARENT.interval + (PARENT.attempts - 1) * PARENT.retry
    for child in CHILDREN:
        fastest_child = (child.attempts - 1) * child.retry
        assert slowest_parent < fastest_child


def test_cores_wait_longer_than_the_checks_take() -> None:
    """A check ends by itself, with a sentence, before the core kills it without one."""
    for name in NAMES:
        assert parser_of(name).get_default("timeout") < TIMEOUT


def test_basket_refers_only_to_itself() -> None:
    """Every template and command that the basket names is in it, so an empty Director takes it."""
    templates = BASKET["ServiceTemplate"]
    sets = BASKET["ServiceSet"].values()
    services = [*templates.values(), *(one for each in sets for one in each["services"])]

    for service in services:
        assert set(service["imports"]) <= set(templates)
        if "check_command" in service:
            assert service["check_command"] in BASKET["Command"]


def test_basket_is_what_every_director_takes() -> None:
    """No UUIDs, which Director 1.10 refuses, and fields in the form in which Director exports them.

    Director finds a field again when it equals its own export of it, else it adds a second one.
    """
    exported = {"varname", "caption", "description", "datatype", "format", "settings", "category"}

    assert '"uuid"' not in json.dumps(BASKET)
    assert all(set(field) == exported for field in BASKET["Datafield"].values())


def test_nrpe_asks_for_no_arguments() -> None:
    """The NRPE file works with dont_blame_nrpe=0 and without an environment."""
    lines = [
        line
        for line in (ICINGA / "nrpe" / "blinkenlights.cfg").read_text().splitlines()
        if line and not line.startswith("#")
    ]

    assert len(lines) == len(NAMES)
    for line in lines:
        pattern = r"command\[blinkenlights-\w+\]=/\S+/check_\w+ --config /etc/\S+/checks\.toml"
        assert re.fullmatch(pattern, line)


class Strange(argparse.ArgumentParser):
    """A parser with what real checks have not, yet."""

    def __init__(self) -> None:
        super().__init__(prog="check_strange", add_help=False)
        self.add_argument("--quote", default='"', help='a "quoted" word, 100%% %(default)s\n  more')


def test_help_is_one_line() -> None:
    """Quotes, percent signs and line breaks in a help text survive in the definitions."""
    (option,) = read_options("strange", Strange())

    assert option.description == 'a "quoted" word, 100% " more'


def test_an_option_nobody_could_understand_is_refused() -> None:
    """An option without help or without a long form is a mistake in the check."""
    parser = argparse.ArgumentParser(prog="check_bare", add_help=False)
    parser.add_argument("-x")

    with pytest.raises(ValueError, match="check_bare: x needs a long option and a help text"):
        read_options("bare", parser)


def test_command_line_writes_the_files(tmp_path: Path) -> None:
    """`blinkenlights icinga --output DIR` writes all files and prints their paths."""
    from blinkenlights.cli import main  # noqa: PLC0415

    code = main(["icinga", "--output", str(tmp_path / "new")])

    assert code == 0
    assert (tmp_path / "new" / "nagios" / "commands.cfg").exists()


def test_command_line_says_what_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that cannot be made is one sentence and not a traceback."""
    from blinkenlights.cli import main  # noqa: PLC0415

    (tmp_path / "file").write_text("")

    code = main(["icinga", "--output", str(tmp_path / "file")])

    assert code != 0
    assert re.fullmatch(r"blinkenlights: \S+ cannot be written: .*\n", capsys.readouterr().err)


def test_nagios_commands_list_every_option() -> None:
    """Every option of a check stands in the Nagios commands file, for whoever edits it."""
    text = (ICINGA / "nagios" / "commands.cfg").read_text()
    for name in NAMES:
        block = text.split(f"Options of check_{name}")[1].split("define command")[0]
        listed = set(re.findall(r"^# {3}(--\S+)", block, re.MULTILINE))

        assert listed == flags_in_help(name) - NOT_FOR_CORES
