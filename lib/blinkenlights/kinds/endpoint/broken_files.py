"""The files of endpoints that probers cannot use, as far as they matter to what was asked for."""

from blinkenlights.kinds.endpoint.prober.survey import COMMANDS, survey
from blinkenlights.kinds.endpoint.prober.words import broken
from blinkenlights.kinds.endpoint.survey import Found
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.store.reader import Reply

__all__ = ["COMMANDS", "sentences"]


def sentences(reports: Reply, horizon: Horizon, found: Found, *, is_filtered: bool) -> list[str]:
    """Return a sentence for each file that cannot be used; raises StoreAnswer.

    Of those who were asked for by name it is their files, and all where one of them is not known:
    it may stand in any.
    """
    files = {one.details.file for one in found.endpoints}
    return [
        broken(each)
        for prober in survey(reports, horizon)
        if prober.word not in ("stopped", "down")
        for each in prober.broken
        if not is_filtered or found.missing or each.file in files
    ]
