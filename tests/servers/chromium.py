"""Chromium as its users have it, from the distribution, with windows that note every complaint."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Playwright, sync_playwright

from servers.missing import program, without

T = TypeVar("T")
MILLISECONDS = 20_000
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Window:
    """A window of the browser. What its console, a dialog or an error says is in `complaints`."""

    def __init__(self, browser: "Chromium", page: Page) -> None:
        self._browser = browser
        self._page = page
        self.complaints: list[str] = []
        self.expected = ""
        """What complaints of the console are expected to hold, and so are none; empty for nothing.
        They come when they come, so nobody can take them off afterwards."""
        page.set_default_timeout(MILLISECONDS)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", self._dismiss)

    def open(self, url: str) -> int:
        """Load a page and return its status."""
        response = self._do(lambda: self._page.goto(url, wait_until="load"))
        return response.status if response is not None else 0

    def text(self, selector: str = "body") -> str:
        """Return the text of the first element, as it is shown."""
        self._do(lambda: self._page.locator(selector).first.wait_for(state="attached"))
        script = "(selector) => document.querySelector(selector).innerText"
        return str(self._do(lambda: self._page.evaluate(script, selector)))

    def texts(self, selector: str) -> list[str]:
        """Return the text of each element, white space folded."""
        # At once: what an update has replaced meanwhile would give its hidden text as well.
        script = "(selector) => [...document.querySelectorAll(selector)].map((a) => a.innerText)"
        found: list[str] = self._do(lambda: self._page.evaluate(script, selector))
        return [" ".join(each.split()) for each in found]

    def ask(self, script: str) -> Any:  # noqa: ANN401 - whatever it gives
        """Return the value of an expression in JavaScript, scripts of pages disabled or not."""
        return self._do(lambda: self._page.evaluate(script))

    def wait_for(self, selector: str, text: str = "") -> None:
        """Wait until an element with this text is to be seen."""
        found = self._page.locator(selector)
        self._do(lambda: found.filter(has_text=text).first.wait_for(state="visible"))

    def click(self, selector: str) -> None:
        """Click on an element."""
        self._do(self._page.locator(selector).first.click)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field."""
        self._do(lambda: self._page.locator(selector).fill(text))

    def press(self, key: str) -> None:
        """Press a key."""
        self._do(lambda: self._page.keyboard.press(key))

    def fast_forward(self, seconds: float) -> None:
        """Let the clock of the page go on by so much; it has to have a clock of its own."""
        self._do(lambda: self._page.clock.fast_forward(int(seconds * 1000)))

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write what is to be seen into a PNG file."""
        self._do(lambda: self._page.screenshot(path=path, full_page=whole))

    def barriers(self) -> list[str]:
        """Return what axe-core finds: which rule, and where."""
        found = self._do(lambda: Axe().run(self._page)).response["violations"]
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.ask(OVERFLOW))

    @property
    def url(self) -> str:
        """Where it is."""
        return self._do(lambda: self._page.url)

    def close(self) -> None:
        """Close it."""
        self._do(self._page.context.close)

    def _do(self, work: Callable[[], T]) -> T:
        return self._browser.do(work)

    def _note(self, message: ConsoleMessage) -> None:
        is_expected = bool(self.expected) and self.expected in message.text
        if message.type in ("error", "warning") and not is_expected:
            self.complaints.append(f"console: {message.text}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()


class Chromium:
    """The browser, in a thread of its own: Playwright keeps its thread for its own event loop."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "chromium")
        self._playwright: Playwright = self.do(lambda: sync_playwright().start())
        self._browser: Browser = self.do(
            # Root has no sandbox; the pages are our own.
            lambda: self._playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        )

    def do(self, work: Callable[[], T]) -> T:
        """Return what `work` gives in the browser's thread."""
        return self._thread.submit(work).result(60)

    def window(
        self,
        *,
        width: int = 1280,
        height: int = 900,
        scripts: bool = True,
        dark: bool = False,
        printed: bool = False,
        own_clock: bool = False,
    ) -> Window:
        """Return a new window without any cookies or cache."""

        def make() -> Window:
            context = self._browser.new_context(
                viewport={"width": width, "height": height},
                java_script_enabled=scripts,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
                locale="en-GB",
            )
            page = context.new_page()
            if printed:
                page.emulate_media(media="print")
            if own_clock:
                page.clock.install()
            return Window(self, page)

        return self.do(make)

    def close(self) -> None:
        """End it."""
        self.do(self._browser.close)
        self.do(self._playwright.stop)
        self._thread.shutdown()


def find_chromium() -> Path:
    """Return the program."""
    return program("chromium") or program("chromium-browser") or without("chromium")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Give a browser."""
    browser = Chromium(find_chromium())
    yield browser
    browser.close()


@pytest.fixture
def window(chromium: Chromium) -> Iterator[Callable[..., Window]]:
    """Give a function that opens a window; no window may have had a complaint at the end."""
    made: list[Window] = []

    def make(**settings: Any) -> Window:  # noqa: ANN401 - those of Chromium.window
        made.append(chromium.window(**settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
    assert [complaint for each in made for complaint in each.complaints] == []
