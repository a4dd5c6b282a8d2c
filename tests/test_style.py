"""The linters and the import contract hold; they are tests so that one command says all."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


COMMANDS = {
    "ruff": "ruff check",
    "format": "ruff format --check",
    "mypy": "mypy",
    "import-contract": "lint-imports",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_linter_has_no_complaint(command: str) -> None:
    """Each linter finds nothing, with the settings in pyproject.toml."""
    program, *arguments = command.split()

    done = subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "lib"},
        capture_output=True,
        text=True,
        check=False,
    )

    if done.returncode != 0:
        pytest.fail(f"{command}\n{done.stdout}{done.stderr}", pytrace=False)


def test_the_same_linters_run_before_a_commit() -> None:
    """The hooks of pre-commit are these commands, so that none finds what another let through."""
    text = (ROOT / ".pre-commit-config.yaml").read_text()

    hooks = dict(re.findall(r"- id: (\S+)\n.*\n +entry: .*\.venv/bin/(.*)", text))

    assert hooks == COMMANDS
