"""Draws the pictures of docs/expected.md: an outage, and a new level, of a simulated client.

python bench/expected_pictures.py docs
"""

import math
import random
import sys
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lib"))

from blinkenlights.commands.expected import replayed
from blinkenlights.commands.expected.drawing import draw
from blinkenlights.commands.expected.rows import Row

START = 1_790_553_600
"""A Monday."""
STEP, DAY = 300, 86400
DAYS = 19
SHOWN_FROM = 12
PEAK = 100


def main() -> None:
    """Write both pictures into the folder that is named."""
    folder = Path(sys.argv[1])
    outage, level = DAYS - 4.4, DAYS - 5.5
    dead = range(round(outage * DAY), round(outage * DAY) + 3 * 3600)
    pictures: dict[str, Callable[[int], float]] = {
        "expected-outage.svg": lambda second: 0.0 if second in dead else 1.0,
        "expected-level.svg": lambda second: 0.5 if second > level * DAY else 1.0,
    }
    for name, left in pictures.items():
        chance = random.Random(1)
        rows = []
        for second in range(0, DAYS * DAY, STEP):
            number = _drawn_by_chance(left(second) * _mean(second), chance)
            rows.append(Row("", "", START + second, float(number)))
        points = [
            point for point in replayed(rows, UTC, []) if point.moment >= START + SHOWN_FROM * DAY
        ]
        (folder / name).write_text(draw(points, UTC), "utf-8")


def _mean(second: int) -> float:
    weekend = 0.5 if second // DAY % 7 >= 5 else 1.0  # noqa: PLR2004 - Saturday
    by_day = 0.55 - 0.45 * math.cos(2 * math.pi * (second % DAY) / DAY)
    return PEAK * weekend * by_day


def _drawn_by_chance(mean: float, chance: random.Random) -> int:
    return max(0, round(chance.gauss(mean, math.sqrt(mean))))


if __name__ == "__main__":
    main()
