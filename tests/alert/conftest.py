"""The store of alerts for tests."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from alert.noted import Noted
from alert.records import NOON
from alert.speaking import Stage
from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.store.client import StoreClient
from servers.valkey import Valkey

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture
def run() -> Iterator[Run]:
    """Give a function that runs coroutines in one loop."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def store(valkey: Valkey, run: Run) -> Iterator[EvaluationStore]:
    """Give an empty store for evaluators."""
    client = StoreClient(valkey.url)
    yield EvaluationStore(client)
    run(client.close())


@pytest.fixture
def outbox(valkey: Valkey, run: Run) -> Iterator[AlertOutbox]:
    """Give the outbox of the same store."""
    client = StoreClient(valkey.url)
    yield AlertOutbox(client)
    run(client.close())


@pytest.fixture
def stage(store: EvaluationStore, outbox: AlertOutbox) -> Stage:
    """Give senders, at a moment when all that is queued by `begins` is due."""
    stage = Stage(store, outbox)
    stage.now = NOON + 60
    return stage


@pytest.fixture
def noted(valkey: Valkey) -> Noted:
    """Give a look into the store."""
    return Noted(valkey)
