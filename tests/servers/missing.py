"""What happens to a test whose server is not installed: skipped, but failed under CI=true."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def program(name: str, *places: str) -> Path | None:
    """Return where a program is: the first of `places` that exists, else what PATH gives."""
    for place in places:
        if Path(place).exists():
            return Path(place)
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


def without(what: str) -> NoReturn:
    """End the test because `what` is missing. `tests/install_servers` installs it."""
    reason = f"{what} is not installed; `make servers` installs it where it can"
    if os.environ.get("CI", "") in {"true", "1"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
