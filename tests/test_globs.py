"""Names with wildcards match as in the shell, and cost nothing where there are none."""

import subprocess
import sys
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blinkenlights.globs import is_glob, matcher

NAMES = st.text("ab*?[]!-\\:\n", max_size=6)


@pytest.mark.parametrize("name", ["*", "a*", "a?", "[a]", "["])
def test_a_wildcard_makes_a_glob(name: str) -> None:
    """A star, a question mark or a bracket, wherever it is."""
    assert is_glob(name)


@pytest.mark.parametrize("name", ["", "a", "a.b", "]", "a\\b", "!"])
def test_other_names_are_exact(name: str) -> None:
    """Nothing else is a wildcard, and such a name matches itself."""
    assert not is_glob(name)
    assert matcher([name])(name)


@given(st.lists(NAMES, max_size=3), NAMES)
@example(["a", "b*"], "ba")
@example(["*"], "")
@example(["[!a]"], "b")
def test_it_matches_as_the_standard_library_does(globs: list[str], name: str) -> None:
    """Whatever is exact and whatever wild, a name matches when it matches one of them."""
    assert matcher(globs)(name) is any(fnmatchcase(name, glob) for glob in globs)


def test_no_glob_matches_nothing() -> None:
    """Nothing asked for is nothing found; who means everything says so."""
    assert not matcher([])("a")


def test_regular_expressions_are_loaded_only_for_wildcards() -> None:
    """Checks that ask for everything, or for exact names, do not pay for them."""
    code = (
        "import sys; from blinkenlights.globs import matcher;"
        "matcher(['*'])('a'), matcher(['a', 'b'])('a'); print('re' in sys.modules)"
    )

    # Isolated and without site, which loads it in some installations.
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "False\n"
