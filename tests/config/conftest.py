"""A bare environment, and files to write."""

from pathlib import Path

import pytest

from config.written import Write
from servers.bare import remove_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    remove_settings(monkeypatch)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Give a function that writes a configuration and returns its path."""

    def write(text: str) -> str:
        path = tmp_path / "blinkenlights.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write
