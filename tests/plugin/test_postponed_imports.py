"""Modules that a check hardly ever uses cost nothing until it does."""

import shutil
import subprocess
import sys
from pathlib import Path

import nagiosplugin
import pytest

LIB = Path(__file__).parents[2] / "lib"
START = """
import sys
from blinkenlights.plugin.postponed_imports import postpone
postpone()
"""
JUDGE = """
from blinkenlights.plugin.judgement import Judgement, Problem
from blinkenlights.plugin.nagios import Critical

numbers = {"dark": 2, "dim": 0}
found = Judgement([Problem(name, Critical, n, f"{n} of them") for name, n in numbers.items()])
print(found.code, [found.summary])
"""


def _in_a_fresh_python(code: str, *paths: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", START + code],
        env={"PYTHONPATH": ":".join(map(str, (*paths, LIB)))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_libraries_that_import_them_do_not_load_them() -> None:
    """What these modules import in turn is not there: they themselves were not loaded."""
    code = "import logging, nagiosplugin, socket\nprint(nagiosplugin.Check.__name__, *sys.modules)"
    loaded = _in_a_fresh_python(code).split()

    assert {"Check", "logging", "nagiosplugin.check", "socket"} <= set(loaded)
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
        pytest.param(
            "import gettext; print(gettext.NullTranslations().gettext('a lamp'))",
            "a lamp",
            id="gettext",
        ),
    ],
)
def test_they_are_there_when_they_are_used(code: str, printed: str) -> None:
    """Whoever uses one gets what the real module has."""
    assert _in_a_fresh_python(code) == printed


def test_what_they_do_not_have_is_an_attribute_error() -> None:
    """Asking whether a module has something is answered as the module would."""
    assert _in_a_fresh_python("import tempfile; print(hasattr(tempfile, 'nothing'))") == "False"


def test_argparse_says_the_same_without_translations() -> None:
    """Its messages are there, in the singular and the plural, and locale is not loaded."""
    code = """
import argparse
parser = argparse.ArgumentParser("lamp")
parser.add_argument("one", nargs=2)
try: parser.parse_args(["a"])
except SystemExit: pass
print("locale" in sys.modules)
"""
    usage = "usage: lamp [-h] one one\nlamp: error: the following arguments are required: one\n"
    done = subprocess.run(
        [sys.executable, "-c", START + code],
        env={"PYTHONPATH": str(LIB), "LANG": "de_DE.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("False\n", usage)


def test_the_installed_nagiosplugin_judges_without_its_check_and_runtime() -> None:
    """Its own modules are as we expect them: nothing more of it is loaded than is used."""
    said, _, loaded = _in_a_fresh_python(JUDGE + "print(*sys.modules)").partition("\n")

    assert said == "2 ['2 of them']"
    assert {name for name in loaded.split() if name.startswith("nagiosplugin.")} == {
        f"nagiosplugin.{name}"
        for name in ("context", "metric", "performance", "range", "resource", "result", "state")
    }
    assert "logging" not in loaded.split()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import nagiosplugin; Check = nagiosplugin.Check", id="attribute"),
        pytest.param("from nagiosplugin import Check", id="from"),
        pytest.param("from nagiosplugin import *", id="star"),
        pytest.param("import nagiosplugin.check; Check = nagiosplugin.check.Check", id="module"),
    ],
)
def test_the_whole_nagiosplugin_is_there_for_whoever_asks(code: str) -> None:
    """A plain import gives all of it, made of the same classes and states."""
    same = """
import nagiosplugin
from blinkenlights.plugin import nagios
names = [name for name in nagios.__all__ if name != "ServiceState"]
print(Check.__name__, nagiosplugin.Runtime.__name__, nagiosplugin.__version__)
print(all(getattr(nagiosplugin, name) is getattr(nagios, name) for name in names))
print(nagiosplugin.state.ServiceState is nagios.ServiceState, nagiosplugin.state.Ok is nagios.Ok)
"""

    printed = _in_a_fresh_python(JUDGE + code + same).splitlines()[1:]

    assert printed == [f"Check Runtime {nagiosplugin.__version__}", "True", "True True"]


@pytest.mark.parametrize("change", ["renamed", "prepared", "failing"])
def test_a_nagiosplugin_that_is_another_inside_is_used_as_a_whole(
    tmp_path: Path, change: str
) -> None:
    """A next version may rename a module, or run its own code first: checks judge all the same."""
    package = tmp_path / "nagiosplugin"
    shutil.copytree(Path(nagiosplugin.__file__).parent, package)
    start, context = package / "__init__.py", package / "context.py"
    if change == "renamed":
        for path in package.glob("*.py"):
            path.write_text(path.read_text().replace("from .context", "from .judging"))
        context.rename(package / "judging.py")
    elif change == "prepared":
        start.write_text("prepared = True\n" + start.read_text())
        context.write_text("from nagiosplugin import prepared\n" + context.read_text())
    else:
        start.write_text("import sys\nsys.prepared = True\n" + start.read_text())
        context.write_text("import sys\nsys.prepared\n" + context.read_text())

    printed = _in_a_fresh_python(
        JUDGE + "import nagiosplugin; print(nagiosplugin.Check, nagiosplugin.__file__)", tmp_path
    )

    assert printed.splitlines() == [
        "2 ['2 of them']",
        f"<class 'nagiosplugin.check.Check'> {start}",
    ]


def test_a_missing_package_is_missing() -> None:
    """Nothing stands in for a library that is not installed."""
    code = """
sys.modules.pop("nagiosplugin", None)
sys.path[:] = [path for path in sys.path if "site-packages" not in path]
postpone()
try: import nagiosplugin
except ModuleNotFoundError as error: print(error)
"""
    assert _in_a_fresh_python(code) == "No module named 'nagiosplugin'"
