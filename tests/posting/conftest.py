"""What tests of posting share."""

import pytest

from alert.conftest import run
from blinkenlights.posting import posting

__all__ = ["run"]


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let probers look often how posting stands."""
    monkeypatch.setattr(posting, "LOOK_SECONDS", 0.05)
