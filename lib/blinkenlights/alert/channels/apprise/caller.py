"""Starts a process for each message, and ends it when it takes too long."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path

import msgspec

from blinkenlights.alert.channels.apprise import child
from blinkenlights.alert.channels.wording import plain_text
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.plugin.words import clean, shorten
from blinkenlights.rules.files.channel_settings import AppriseSettings

SECONDS = 20.0
TYPES = {"critical": "failure", "warning": "warning"}
REST = 60.0
"""Seconds of rest for a service that was asked too often: apprise does not pass on how many."""
TOO_MANY = 429
TITLE_BYTES = 250
PROGRAM = Path(child.__file__)


class _Said(msgspec.Struct):
    how: str
    status: int = 0
    service: str = ""


class Apprise:
    """Says messages by one URL of apprise."""

    has_key = False

    def __init__(self, settings: AppriseSettings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._seconds = seconds

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        given = {
            "url": self._settings.url,
            "title": shorten(" ".join(message.title.split()), TITLE_BYTES),
            "body": plain_text(message),
            "type": TYPES[message.level] if message.state == "firing" else "success",
            "seconds": self._seconds,
        }
        said = await self._asked(msgspec.json.encode(given))
        if said.how == "taken":
            return {}
        name = clean(said.service) or self._settings.url.partition(":")[0]
        raise _failure(said, f"{name} by apprise")

    async def close(self) -> None:
        """Have nothing to give up."""

    async def _asked(self, given: bytes) -> _Said:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(PROGRAM),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=self._environment(),
            cwd="/",
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await process.communicate(given)
        except TimeoutError:
            name = self._settings.url.partition(":")[0]
            raise CannotSayError(
                f"{name} by apprise did not answer within {self._seconds:g} seconds",
                is_unsure=True,
            ) from None
        finally:
            await _end(process)
        try:
            return msgspec.json.decode(said, type=_Said)
        except (ValueError, RecursionError):
            raise CannotSayError(f"apprise broke, with the code {process.returncode}") from None

    def _environment(self) -> dict[str, str]:
        """Return all variables that it has: of ours, none that leads it elsewhere."""
        found = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/nonexistent"}
        if self._settings.ca_file:
            found["REQUESTS_CA_BUNDLE"] = self._settings.ca_file
        if self._settings.proxy:
            found |= {"HTTP_PROXY": self._settings.proxy, "HTTPS_PROXY": self._settings.proxy}
        return found


def _failure(said: _Said, name: str) -> CannotSayError:
    if said.how == "not installed":
        return CannotSayError("apprise is not installed; pip install 'blinkenlights[apprise]'")
    if said.how == "no such service":
        return CannotSayError("apprise knows no such service, or the URL lacks a part of it")
    if said.status == TOO_MANY:
        return CannotSayError(f"{name} answered 429, too many requests", retry_after=REST)
    why = f": it answered {said.status}" if said.status else ", or could not be reached"
    return CannotSayError(f"{name} refuses it{why}", is_unsure=not said.status)


async def _end(process: Process) -> None:
    """End it with all that it started, which a service may have."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
