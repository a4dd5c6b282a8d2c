"""What is not copied, said once a minute instead of once a message."""

import asyncio
import logging
from collections import Counter

log = logging.getLogger("blinkenlights.route")

EVERY_SECONDS = 60.0
REASONS_SAID = 5


class Misses:
    """Counts messages that are not copied, by the reason."""

    def __init__(self) -> None:
        self.total = 0
        """Since the start."""
        self._recent: Counter[str] = Counter()

    def count(self, reason: str) -> None:
        """Count one."""
        self.total += 1
        self._recent[reason] += 1

    def say(self) -> None:
        """Log what was counted since it was said last, if anything."""
        if not self._recent:
            return
        log.warning("not copied: %s", self._in_words())
        self._recent.clear()

    async def say_again_and_again(self) -> None:
        """Say it every minute, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.say()

    def _in_words(self) -> str:
        most = self._recent.most_common(REASONS_SAID)
        said = [f"{count} {reason}" for reason, count in most]
        others = self._recent.total() - sum(count for _, count in most)
        if others:
            said.append(f"{others} for other reasons")
        return "; ".join(said)
