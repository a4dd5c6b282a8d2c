"""Rules and alerts as a configuration has them: evaluated and told for as long as it does."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path

from blinkenlights.alert.alert_outbox import AlertOutbox
from blinkenlights.alert.canary import CHANNEL, Canary, CanaryChannel
from blinkenlights.alert.channels.channel import Channel
from blinkenlights.alert.channels.opening import open_channel
from blinkenlights.alert.evaluation_store import EvaluationStore
from blinkenlights.alert.evaluator import Evaluator
from blinkenlights.alert.links import MessageLinks, Signer
from blinkenlights.alert.message import Message
from blinkenlights.alert.telling import senders_of
from blinkenlights.clock import wall_clock
from blinkenlights.config import AlertConfig, Config
from blinkenlights.emitting.emitter import Emitter, Target
from blinkenlights.outbox.lease import Manner
from blinkenlights.rules.receiver import Receiver
from blinkenlights.store.client import StoreClient
from blinkenlights.store.reader import StoreReader

log = logging.getLogger("blinkenlights.alert")

KEY = "metric.canary"
"""The routing key of the canary."""
READ_SECONDS = 30.0
"""For one answer of the store."""


class Alerting:
    """Evaluates rules and tells of alerts, as a configuration says.

    Args:
        config: What it says.
        link_to: Gives where the page of a thing is below that of all, by its subject and name.
    """

    def __init__(self, config: Config, link_to: Callable[[str, str], str]) -> None:
        self._link_to = link_to
        settings = config.store.settings()
        address = settings.address()
        client = StoreClient.of(settings)
        store = EvaluationStore(client)
        emitter = Emitter(
            _canary_target(config.alert), "blinkenlights alert", most=1, whose="the canary"
        )
        beyond = CanaryChannel(store, config.alert.ping, wall_clock)
        senders = senders_of(
            AlertOutbox(client),
            partial(_opened, beyond),
            Manner(give_up=config.alert.give_up),
            wall_clock,
            linked=_linked(config),
        )
        self._evaluator = Evaluator(
            Path(config.alert.rules),
            instance_name(config.alert),
            config.alert.every,
            store,
            lambda: StoreReader(address, READ_SECONDS, settings.ca_file or ""),
            queued=senders.poke,
            link=partial(self._link, config.web.url),
            clock=wall_clock,
            canary=Canary(emitter, store) if config.alert.canary else None,
        )
        self._client = client
        self._emitter = emitter
        self._senders = senders

    async def run(self) -> None:
        """Evaluate and tell until `stop`."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._senders.run())
                group.create_task(self._emitter.run())
                group.create_task(self._evaluate())
        except BaseExceptionGroup as several:
            # The first one says what is wrong; the other ends because of it.
            raise several.exceptions[0] from None
        finally:
            await self._client.close()

    def stop(self) -> None:
        """Let `run` come to its end: what is being told is told."""
        self._evaluator.stop()

    async def _evaluate(self) -> None:
        await self._evaluator.run()
        self._senders.stop()
        self._emitter.close()

    def _link(self, page: str, subject: str, name: str) -> str:
        return f"{page.rstrip('/')}/{self._link_to(subject, name)}" if page else ""


def _opened(beyond: CanaryChannel, receiver: Receiver) -> Channel:
    """Return the channel of a receiver."""
    return beyond if receiver.channel == CHANNEL else open_channel(receiver, os.environ)


def _linked(config: Config) -> Callable[[Message], Message]:
    """Return what puts links to act by into messages: nothing without a secret or a page."""
    signer = Signer.of(config.alert.links_secret_file)
    return MessageLinks(signer, config.web.url).linked if signer and config.web.url else _as_it_is


def _as_it_is(message: Message) -> Message:
    return message


def _canary_target(config: AlertConfig) -> Target:
    return Target(config.canary, config.canary_exchange, KEY, config.canary_password_file)


def instance_name(config: AlertConfig) -> str:
    """Return the name of an instance, which is that of the machine where none is given."""
    return config.name or f"alert-{socket.gethostname()}"
