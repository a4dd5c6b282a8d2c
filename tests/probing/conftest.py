"""Fixtures for the tests of the prober."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from probing.site import Site
from servers.valkey import Valkey

MakeSite = Callable[..., Site]


@pytest.fixture
def make_site(tmp_path: Path, valkey: Valkey) -> Iterator[MakeSite]:
    """Give a function that makes the site; it takes a store and further lines of `[probe]`."""
    made: list[Site] = []

    def make(store: Valkey | None = None, settings: str = "") -> Site:
        made.append(Site(tmp_path, store or valkey, settings))
        return made[-1]

    yield make
    for site in made:
        site.close()
