"""Fixtures for the tests of what an administrator installs."""

from pathlib import Path

import pytest

from definitions.each import Each
from servers.watched import Watched


@pytest.fixture
def each(watched: Watched, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Each:
    """Give the command with a store that knows things of every kind."""
    return Each(watched, tmp_path / "each", capsys)
