"""Measures the detector: time of an update with its state unpacked and packed, a year, and bytes.

python bench/expected_speed.py
"""

import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lib"))

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.packing import pack, unpack
from simulated_clients import START, STEP, Sort, simulate

CLIENTS = 10_000
YEAR_ROWS = 365 * 86400 // STEP
REPEATS = 3


def main() -> None:
    """Print the three figures, each time the best of three."""
    rows = simulate(Sort(300, bursty=False), 0, weeks=3, kinds=()).rows
    detector = Detector()
    for moment, value in rows:
        detector.update(moment, value)
    state = pack(detector)
    print(f"state: {len(state)} bytes (wanted at most 2048)")
    seconds = min(_updates(state, rows[-1][0] + STEP) for _ in range(REPEATS))
    print(f"{CLIENTS:,} clients unpacked, updated and packed: {seconds:.2f} s (wanted 2)")
    values = [value for _, value in rows]
    seconds = min(_year(values) for _ in range(REPEATS))
    print(f"a year of {YEAR_ROWS:,} rows: {seconds:.1f} s (wanted below 10)")


def _updates(state: bytes, moment: float) -> float:
    started = time.process_time()
    for _ in range(CLIENTS):
        detector = unpack(state)
        assert detector is not None
        detector.update(moment, 100.0)
        pack(detector)
    return time.process_time() - started


def _year(values: list[float]) -> float:
    detector = Detector()
    started = time.process_time()
    for number in range(YEAR_ROWS):
        detector.update(START + number * STEP, values[number % len(values)])
    return time.process_time() - started


if __name__ == "__main__":
    main()
