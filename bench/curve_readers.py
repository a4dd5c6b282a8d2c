"""The first byte of the page with 200 curves, while 50 readers ask without a pause."""

from collections.abc import Iterator

from prepared_metrics import fill_recent
from prepared_store import reported
from progress import say
from table import Line
from web_readers import READERS, SECONDS, first_byte, serving
from workplace import Workplace

CURVES = 200


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield a line for the page."""
    store = workplace.store()
    say(f"curves: storing an hour of {CURVES} series")
    fill_recent(store.url, CURVES, 30.0)
    program = workplace.programs / "blinkenlights"
    with reported(store.url, kind="metric"), serving(program, store.url) as base:
        say(f"curves: {READERS} readers for {SECONDS:g} seconds")
        yield first_byte(f"page, {CURVES} curves", f"{base}/")
    store.stop()
