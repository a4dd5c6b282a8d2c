"""The first byte of the page with 200 curves, while 50 readers ask without a pause."""

import asyncio
from collections.abc import Iterator

from prepared_metrics import fill_recent
from prepared_store import reported
from progress import say
from servers.ports import find_free_port
from servers.process import make_folder, remove_folder
from table import Limit, Line
from web_readers import READERS, SECONDS, read, server
from workplace import Workplace

CURVES = 200


def measure(workplace: Workplace) -> Iterator[Line]:
    """Yield a line for the page."""
    store = workplace.store()
    say(f"curves: storing an hour of {CURVES} series")
    fill_recent(store.url, CURVES, 30.0)
    folder, port = make_folder("curves"), find_free_port()
    program = server(workplace.programs / "blinkenlights", folder, store.url, port)
    with reported(store.url, kind="metric"):
        program.start()
        try:
            say(f"curves: {READERS} readers for {SECONDS:g} seconds")
            times = asyncio.run(read(f"http://127.0.0.1:{port}/"))
            worst = 1000 * times[int(0.99 * len(times))]
            yield Line(
                f"page, {CURVES} curves, {READERS} readers: first byte, 99%",
                f"{worst:.0f} ms (median {1000 * times[len(times) // 2]:.0f} ms, "
                f"{len(times) / SECONDS:.0f}/s)",
                "",
                worst,
                wanted=Limit(most=300),
            )
        finally:
            program.stop()
            remove_folder(folder)
            store.stop()
