"""Scores the detector on the Numenta Anomaly Benchmark, with the defaults that a user gets.

    python bench/expected_nab.py --nab DIR --scorer nab_score.py

Both may be given as BLINKENLIGHTS_NAB and BLINKENLIGHTS_NAB_SCORER instead. Neither is part of the
project: the folder is that of github.com/numenta/NAB (data, labels, config), and the scorer is a
program that is called with a folder of results, `--nab DIR` and `--threshold 0.5`.

Prints what the scorer says of all files, and of both halves of them: by whether the MD5 sum of a
file's name is even. Who tunes on one half can report the other.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC
from multiprocessing import Pool
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "lib"))

from blinkenlights.commands.expected import replayed
from blinkenlights.commands.expected.rows import read_rows

THRESHOLD = "0.5"
LABELS = Path("labels", "combined_windows.json")


def main() -> int:
    """Score; returns 0, or 1 when the corpus or the scorer is not there."""
    parser = argparse.ArgumentParser(description="Score the detector on NAB.")
    parser.add_argument("--nab", type=Path, default=os.environ.get("BLINKENLIGHTS_NAB"))
    parser.add_argument("--scorer", type=Path, default=os.environ.get("BLINKENLIGHTS_NAB_SCORER"))
    options = parser.parse_args()
    for name, path, wanted in (
        ("--nab", options.nab, LABELS),
        ("--scorer", options.scorer, Path()),
    ):
        if path is None or not (Path(path) / wanted).exists():
            print(f"not measured: {name} names no such thing; it is not part of the project")
            return 1
    nab = Path(options.nab)
    labels = json.loads((nab / LABELS).read_text())
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "all")
        with Pool() as pool:
            pool.starmap(replay, [(nab / "data" / key, results / key) for key in sorted(labels)])
        halves = {half: [key for key in labels if parity(key) == half] for half in (0, 1)}
        score("all files", nab, results, Path(options.scorer))
        for half, keys in halves.items():
            part = Path(folder, f"half{half}")
            copy_part(nab, part, {key: labels[key] for key in keys})
            score(f"half {half}: {len(keys)} files", part, results, Path(options.scorer))
    return 0


def parity(key: str) -> int:
    """Return whether the MD5 sum of a file's name is even (0) or odd (1)."""
    return int(hashlib.md5(Path(key).name.encode(), usedforsecurity=False).hexdigest(), 16) % 2


def replay(source: Path, target: Path) -> None:
    """Write what the command `expected replay` would print."""
    rows = read_rows(str(source), UTC)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="") as file:
        output = csv.writer(file)
        output.writerow(("timestamp", "anomaly_score"))
        for row, point in zip(rows, replayed(rows, UTC, []), strict=True):
            output.writerow((row.stamp, f"{point.score:.6g}"))


def copy_part(nab: Path, part: Path, labels: dict[str, object]) -> None:
    """Make a corpus of some of the files."""
    shutil.copytree(nab / "config", part / "config")
    (part / "labels").mkdir()
    (part / LABELS).write_text(json.dumps(labels))
    (part / "data").symlink_to((nab / "data").resolve())


def score(title: str, nab: Path, results: Path, scorer: Path) -> None:
    """Print what the scorer says."""
    words = [sys.executable, str(scorer), str(results), "--nab", str(nab)]
    print(f"== {title}", flush=True)
    subprocess.run([*words, "--threshold", THRESHOLD], check=True)


if __name__ == "__main__":
    sys.exit(main())
