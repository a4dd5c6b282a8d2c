"""The two workers of the demo, each a real process, and the death of one of them."""

from pathlib import Path
from types import TracebackType
from typing import Self

from blinkenlights.demo.asking import environment, program
from blinkenlights.demo.tied_process import TiedProcess

WORKERS = LIVES, DIES = "worker-1", "worker-2"


class Workers:
    """Make the probes that a scheduler gives out, within `async with`.

    Args:
        broker: URL of where jobs come from.
        folder: Where their configuration and their output go.
    """

    def __init__(self, broker: str, folder: Path) -> None:
        self._broker = broker
        self._config = folder / "workers.toml"
        self._processes = {
            name: TiedProcess(
                [
                    *program("blinkenlights"),
                    *("probe", "work", "--name", name, "--config", str(self._config)),
                ],
                folder,
                folder / f"{name}.log",
                environment(),
            )
            for name in WORKERS
        }

    async def kill_one(self) -> None:
        """End one of them as a crash would."""
        await self._processes[DIES].kill()

    async def __aenter__(self) -> Self:
        """Start them."""
        self._config.touch(0o600)
        self._config.write_text(f'[workers]\nbroker = "{self._broker}"\n', "utf-8")
        for each in self._processes.values():
            await each.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End them."""
        for each in self._processes.values():
            await each.kill()
