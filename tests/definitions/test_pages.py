"""The pages of the checks in docs/ say what --help says."""

from pathlib import Path

import pytest

from blinkenlights.definitions.pages import page_with_help
from blinkenlights.kinds.registry import checks

NAMES = [check.name for check in checks()]
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("check", NAMES)
def test_page_holds_the_present_help(check: str) -> None:
    """`make definitions` would change nothing."""
    page = (DOCS / f"check_{check}.md").read_text("utf-8")

    assert page_with_help(page, check) == page, "run: make definitions"


@pytest.mark.parametrize("check", NAMES)
def test_page_shows_every_state(check: str) -> None:
    """Each page has a real output for OK, WARNING, CRITICAL and UNKNOWN."""
    page = (DOCS / f"check_{check}.md").read_text("utf-8")

    missing = {
        state
        for state in ("OK", "WARNING", "CRITICAL", "UNKNOWN")
        if f"{check.upper()} {state}: " not in page
    }
    assert missing == set()


def test_page_without_marks_is_refused() -> None:
    """A page that lost its marks is an error, not silently left old."""
    with pytest.raises(ValueError, match=r"docs/check_heartbeat\.md"):
        page_with_help("# check_heartbeat\n", "heartbeat")
