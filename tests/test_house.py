"""What belongs to one kind stands in its folder: nothing else imports it or holds its name."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from blinkenlights.kinds.registry import KINDS, signals, subjects

LIB = Path(__file__).parent.parent / "lib" / "blinkenlights"
OF_KINDS = ("kinds", "checks", "speedo", "transferlog", "probe", "probing", "posting", "demo")
"""Folders that are about certain kinds."""
FOLDERS = {kind.name for kind in KINDS}
NAMES = {each.name for each in signals()} | {each.name for each in subjects()}

_MACHINES = "the command is about machines alone"
_MESSAGE = "a key of the message that it sends"
_EXPECTATIONS = "the command is about what is usual alone"
_FLIGHTS = "the command is about transfers in flight alone"
_OF_TRANSFERS = "the command is about transfers alone"
_OF_ENDPOINTS = "the command is about endpoints alone"
_OF_SIGNALS = "here a source is a queue or a socket"
_PAGERDUTY = "a key of an event of PagerDuty"
_TOKEN = "a token may be limited to one source of transfers"
EXCEPTIONS = {
    ("alert/canary.py", "'metric'"): "the canary is a metric",
    ("alert/channels/pagerduty.py", "'client'"): _PAGERDUTY,
    ("alert/channels/pagerduty.py", "'component'"): _PAGERDUTY,
    ("alert/channels/pagerduty.py", "'source'"): _PAGERDUTY,
    ("alert/seeing.py", "'collector'"): "what is blind when nobody hears anything",
    ("cli.py", "'alert'"): "the name of a command",
    ("cli.py", "'probe'"): "the name of a command",
    ("cli.py", "'speedo'"): "the name of a command",
    (
        "collector/deadletters.py",
        "'source'",
    ): "a header of dead letters, which says where they came from",
    ("collector/daemon.py", "'collector'"): "the table of the configuration for the process",
    ("commands/broker/shell.py", "'source'"): "what RabbitMQ calls the exchange of a binding",
    ("commands/config.py", "'source'"): _OF_SIGNALS,
    ("commands/expected/resetting.py", "kinds.expected"): _EXPECTATIONS,
    ("commands/expected/showing.py", "kinds.expected"): _EXPECTATIONS,
    ("commands/export.py", "kinds.machine"): _MACHINES,
    ("commands/import_.py", "kinds.machine"): _MACHINES,
    ("commands/inflight.py", "'transfer'"): _FLIGHTS,
    ("commands/inflight.py", "kinds.transfer"): _FLIGHTS,
    ("commands/log.py", "'client'"): _OF_TRANSFERS,
    ("commands/log.py", "'source'"): _OF_TRANSFERS,
    ("commands/probe/__init__.py", "'endpoint'"): _OF_ENDPOINTS,
    ("commands/probe/__init__.py", "'probe'"): "the name of the command",
    ("commands/probe/explaining.py", "'endpoint'"): _OF_ENDPOINTS,
    ("commands/probe/explaining.py", "'location'"): _OF_ENDPOINTS,
    ("commands/probe/linting.py", "'endpoint'"): _OF_ENDPOINTS,
    ("commands/probe/once.py", "'endpoint'"): _OF_ENDPOINTS,
    ("commands/publishing.py", "kinds.transfer"): _OF_TRANSFERS,
    ("commands/quarantine.py", "'machine'"): _MACHINES,
    ("commands/quarantine.py", "kinds.machine"): _MACHINES,
    ("commands/speedo.py", "'client'"): _OF_TRANSFERS,
    ("commands/speedo.py", "'source'"): _OF_TRANSFERS,
    ("commands/speedo.py", "'speedo'"): "the name of the command",
    ("commands/speedo.py", "kinds.transfer"): _OF_TRANSFERS,
    ("commands/web.py", "'source'"): _TOKEN,
    ("config/collecting.py", "'collector'"): "the example of a user of the store",
    ("plugin/reports.py", "'source'"): _OF_SIGNALS,
    ("sarracenia/__init__.py", "'client'"): _MESSAGE,
    ("sarracenia/__init__.py", "'node'"): _MESSAGE,
    ("sarracenia/__init__.py", "'source'"): _MESSAGE,
    ("sarracenia/__init__.py", "'transfer'"): _MESSAGE,
    ("web/metrics.py", "'collector'"): "a label of Prometheus for the process that collects",
    ("web/post_source.py", "'source'"): _TOKEN,
}
"""Module, and what stands in it -> why it may."""

OF_ALERTS = ("alert/", "rules/", "commands/alert/", "commands/rules/")
"""What evaluates rules and tells of alerts may know what it stores of both, and no other kind."""
ALERTS = {"kinds.alert", "'alert'", "'rule'"}

KINDS_APART = "No kind needs another"
"""The contract of imports in pyproject.toml that lists the kinds."""

MODULES = sorted(
    path.relative_to(LIB).as_posix()
    for path in LIB.rglob("*.py")
    if path.relative_to(LIB).parts[0] not in OF_KINDS
)


def imported_kinds(tree: ast.Module) -> Iterator[str]:
    """Yield the folders of kinds that a module imports from."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[:2] == ["blinkenlights", "kinds"] and len(parts) > 2 and parts[2] in FOLDERS:
                yield f"kinds.{parts[2]}"


def named_kinds(tree: ast.Module) -> Iterator[str]:
    """Yield the names of signals and subjects that stand in a module as texts of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield repr(node.value)


def found_in(module: str) -> set[str]:
    tree = ast.parse((LIB / module).read_text("utf-8"))
    return {*imported_kinds(tree), *named_kinds(tree)}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_outside_the_kinds_names_none(module: str) -> None:
    """It neither imports a certain kind nor holds the name of a signal or subject."""
    own = ALERTS if module.startswith(OF_ALERTS) else set[str]()
    found = found_in(module) - own
    unexplained = {what for what in found if (module, what) not in EXCEPTIONS}

    assert not unexplained


def test_each_exception_is_needed_and_has_a_reason() -> None:
    """An exception whose cause is gone goes as well."""
    needed = {(module, what) for module in MODULES for what in found_in(module)}

    assert EXCEPTIONS.keys() <= needed
    assert all(EXCEPTIONS.values())


def test_a_name_in_a_module_is_found() -> None:
    """The search sees an import, an import from inside a function, and a name in a comparison."""
    tree = ast.parse(
        "import blinkenlights.kinds.machine.keys\n"
        "def f(kind):\n"
        "    from blinkenlights.kinds.heartbeat import read\n"
        "    return kind == 'client'\n"
    )

    assert set(imported_kinds(tree)) == {"kinds.machine", "kinds.heartbeat"}
    assert list(named_kinds(tree)) == ["'client'"]


def test_the_contract_of_imports_has_every_kind() -> None:
    """A new folder that it lacks could import from the others, and nobody would say so."""
    project = tomllib.loads((LIB.parents[1] / "pyproject.toml").read_text())
    [contract] = [
        each for each in project["tool"]["importlinter"]["contracts"] if each["name"] == KINDS_APART
    ]

    assert sorted(contract["modules"]) == sorted(f"blinkenlights.kinds.{each}" for each in FOLDERS)
