"""Files that change while an evaluation lasts are in force from the next one on."""

import asyncio
from concurrent import futures
from pathlib import Path

from alert.conftest import Run
from alert.records import NOON
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.evaluator import Evaluator
from blinkenlights.kinds.alert import keys
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import Command, Reply, StoreReader
from servers.valkey import Valkey

RULE = "{name}: {{metric: '*.queue', warning: 100, missing: keep}}\n"
A_WHILE = 0.5
"""Seconds in which files would be followed if nothing kept them back."""


def test_a_file_that_is_saved_while_it_is_judged_breaks_nothing(
    valkey: Valkey, store: EvaluationStore, run: Run, tmp_path: Path
) -> None:
    """One rule goes and another one comes, and the look goes on with those it began with."""
    rules = tmp_path / "rules.yml"
    rules.write_text(RULE.format(name="old"))
    saved = list[futures.Future[None]]()

    class Slow(StoreReader):
        def ask(self, *commands: Command) -> list[Reply]:
            if not saved:
                rules.write_text(RULE.format(name="new"))
                looking = evaluator.look_at_files()
                saved.append(asyncio.run_coroutine_threadsafe(looking, loop))
                futures.wait(saved, A_WHILE)
            return super().ask(*commands)

    evaluator = Evaluator(
        tmp_path,
        "a",
        1.0,
        store,
        lambda: Slow(parse_address(valkey.url), 5),
        queued=lambda: None,
        link=lambda _subject, _name: "",
        clock=lambda: NOON,
    )

    async def its_loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def followed() -> None:
        await asyncio.wrap_future(saved[0])

    loop: asyncio.AbstractEventLoop = run(its_loop())
    assert run(evaluator.evaluate_if_ours())
    first = set(map(str, valkey.client().hkeys(keys.RULES)))
    run(followed())
    assert run(evaluator.evaluate_if_ours())

    assert first == {"old"}
    assert set(map(str, valkey.client().hkeys(keys.RULES))) == {"new"}
