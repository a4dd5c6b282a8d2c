"""The linters and the import contract hold; they are tests so that one command says all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ruff check", id="ruff"),
        pytest.param("ruff format --check", id="format"),
        pytest.param("mypy", id="mypy"),
        pytest.param("mypy --cache-dir .mypy_cache/tests tests", id="mypy-tests"),
        pytest.param("mypy --cache-dir .mypy_cache/bench bench", id="mypy-bench"),
        pytest.param("lint-imports", id="import-contract"),
    ],
)
def test_linter_has_no_complaint(command: str) -> None:
    """Each linter finds nothing, with the settings in pyproject.toml."""
    program, *arguments = command.split()

    done = subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "lib", "MYPYPATH": "lib:tests:bench"},
        capture_output=True,
        text=True,
        check=False,
    )

    if done.returncode != 0:
        pytest.fail(f"{command}\n{done.stdout}{done.stderr}", pytrace=False)
