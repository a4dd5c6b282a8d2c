"""Draws the pictures of docs/expected.md: an outage, and a new level, of a simulated client.

python bench/expected_pictures.py docs
"""

import math
import random
import sys
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
    outage = round((DAYS - 4.4) * DAY)
    pictures = (
        ("expected-outage.svg", range(outage, outage + 3 * 3600), 0.0),
        ("expected-level.svg", range(round((DAYS - 5.5) * DAY), DAYS * DAY), 0.5),
    )
    for name, time, left in pictures:
        chance = random.Random(1)
        rows = []
        for second in range(0, DAYS * DAY, STEP):
            mean = _mean(second) * (left if second in time else 1.0)
            number = max(0, round(chance.gauss(mean, math.sqrt(mean))))
            rows.append(Row("", "", START + second, float(number)))
        points = [
            point for point in replayed(rows, UTC, []) if point.moment >= START + SHOWN_FROM * DAY
        ]
        (folder / name).write_text(draw(points, UTC), "utf-8")


def _mean(second: int) -> float:
    weekend = 0.5 if second // DAY % 7 >= 5 else 1.0  # noqa: PLR2004 - Saturday
    by_day = 0.55 - 0.45 * math.cos(2 * math.pi * (second % DAY) / DAY)
    return PEAK * weekend * by_day


if __name__ == "__main__":
    main()
