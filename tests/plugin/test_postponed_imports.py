"""Modules that a check hardly ever uses cost nothing until it does."""

import subprocess
import sys
from pathlib import Path

import pytest

LIB = Path(__file__).parents[2] / "lib"


def _in_a_fresh_python(code: str) -> str:
    start = "import sys\nfrom blinkenlights.plugin import on_use\non_use.postpone()\n"
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        env={"PYTHONPATH": str(LIB)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_libraries_that_import_them_do_not_load_them() -> None:
    """What these modules import in turn is not there: they themselves were not loaded."""
    loaded = _in_a_fresh_python("import logging, nagiosplugin, socket\nprint(*sys.modules)").split()

    assert {"logging", "nagiosplugin", "socket"} <= set(loaded)
    assert not {"select", "shutil", "textwrap"} & set(loaded)


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        pytest.param("import tempfile; print(tempfile.TMP_MAX > 0)", "True", id="attribute"),
        pytest.param(
            "from selectors import EVENT_WRITE; print(EVENT_WRITE)",
            "2",
            id="from",
        ),
        pytest.param(
            "import traceback\n"
            "try: 1 / 0\n"
            "except ZeroDivisionError: print(traceback.format_exc().splitlines()[-1])",
            "ZeroDivisionError: division by zero",
            id="traceback",
        ),
    ],
)
def test_they_are_there_when_they_are_used(code: str, printed: str) -> None:
    """Whoever uses one gets what the real module has."""
    assert _in_a_fresh_python(code) == printed


def test_what_they_do_not_have_is_an_attribute_error() -> None:
    """Asking whether a module has something is answered as the module would."""
    assert _in_a_fresh_python("import tempfile; print(hasattr(tempfile, 'nothing'))") == "False"
