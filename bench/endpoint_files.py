"""Reading a folder of 2,000 endpoint files, and reading it again when all of them have changed."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from blinkenlights.probe.files.collection import EndpointFolder
from progress import say, step
from table import Limit, Line
from workplace import Workplace

FILES = 2_000
ROUNDS = 5
SECONDS = 2.0

_FILE = """\
host{number}.example.net/health:
  every: {every}s
  labels: {{team: web}}
  headers:
    Accept: application/json
  json: {{status: ok}}
  tests:
    - json.queue.depth < {depth}
    - time.total < 0.5
  degraded: json.queue.depth > 50
  capture: [queue.depth, version]
"""


def measure(_workplace: Workplace) -> Iterator[Line]:
    """Yield the three lines."""
    say(f"endpoints: {FILES:,} files, {ROUNDS} rounds")
    first, again, unchanged = [], [], []
    for turn in range(ROUNDS):
        with TemporaryDirectory() as name:
            folder = EndpointFolder(Path(name), {}, lambda: 0.0)
            _write(folder.path, 15)
            first.append(_seconds_to_read(folder, is_changed=True))
            _write(folder.path, 30)
            again.append(_seconds_to_read(folder, is_changed=True))
            unchanged.append(_seconds_to_read(folder, is_changed=False))
        step("endpoints, rounds", turn + 1, ROUNDS)
    for what, figures in (("read", first), ("all changed", again), ("unchanged", unchanged)):
        figure = median(figures)
        yield Line(
            f"{FILES:,} endpoint files, {what}",
            f"{1000 * figure:.0f} ms",
            "",
            1000 * figure,
            wanted=Limit(most=1000 * SECONDS),
        )


def _write(folder: Path, every: int) -> None:
    """Write all files. Each has a test of its own, so that none is known from another one."""
    for number in range(FILES):
        text = _FILE.format(number=number, every=every, depth=1000 * every + number)
        (folder / f"{number}.yml").write_text(text)


def _seconds_to_read(folder: EndpointFolder, *, is_changed: bool) -> float:
    start = perf_counter()
    found = folder.look()
    collection = folder.collection()
    seconds = perf_counter() - start
    if found != is_changed or len(collection.endpoints) != FILES or collection.problems:
        raise RuntimeError(f"{len(collection.endpoints)} endpoints: {collection.problems[:1]}")
    return seconds
