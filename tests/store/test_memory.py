"""How much memory the embedded store may use."""

import os
from pathlib import Path

import pytest

from blinkenlights.store.memory import share_of_memory

MACHINE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("limit", "share"),
    [
        ("", MACHINE // 4),
        ("max", MACHINE // 4),
        (str(2**60), MACHINE // 4),
        ("400000000\n", 100_000_000),
    ],
)
def test_it_is_a_quarter_of_what_there_is(tmp_path: Path, limit: str, share: int) -> None:
    """The machine's memory counts, or that of a container where it has less."""
    if limit:
        tmp_path.joinpath("memory.max").write_text(limit)

    assert share_of_memory(tmp_path) == share
