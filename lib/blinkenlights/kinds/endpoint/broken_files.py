"""The files of endpoints that probers cannot use, as far as they matter to what was asked for."""

from typing import NamedTuple

from blinkenlights.kinds.endpoint.prober.survey import COMMANDS, survey
from blinkenlights.kinds.endpoint.prober.words import broken
from blinkenlights.kinds.endpoint.survey import Found
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import Reply

__all__ = ["COMMANDS", "BrokenFiles", "broken_files"]


class BrokenFiles(NamedTuple):
    """A sentence for each file that cannot be used."""

    replaced: list[str]
    """Where the version before it is in force."""
    unusable: list[str]
    """Where there was none, so that nobody probes its endpoints."""


def broken_files(
    reports: Reply, horizon: Horizon, found: Found, *, is_filtered: bool
) -> BrokenFiles:
    """Return the files that cannot be used; raises StoreAnswer.

    Of those who were asked for by name it is their files, and all where one of them is not known:
    it may stand in any.
    """
    files = {one.details.file for one in found.endpoints}
    those = [
        each
        for prober in survey(reports, horizon)
        if prober.word not in ("stopped", "down")
        for each in prober.broken
        if not is_filtered or found.missing or each.file in files
    ]
    return BrokenFiles(
        [broken(each) for each in those if each.is_replaced],
        [broken(each) for each in those if not each.is_replaced],
    )
