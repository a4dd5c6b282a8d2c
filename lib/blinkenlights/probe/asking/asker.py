"""The way in: a request becomes an observation, whatever happens."""

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Self

from blinkenlights.clock import Clock
from blinkenlights.probe.asking.certificates import certificate
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.asking.hiding import without_secrets
from blinkenlights.probe.asking.http import Answer, ask_http, open_session
from blinkenlights.probe.asking.progress import CURRENT, Progress
from blinkenlights.probe.asking.resolving import Lookup, Resolver, look_up
from blinkenlights.probe.asking.sentences import too_late
from blinkenlights.probe.asking.sockets import connect_tcp, shake_hands
from blinkenlights.probe.asking.tls_contexts import Contexts
from blinkenlights.probe.endpoint import Request
from blinkenlights.probe.observation import NO_HEADERS, Observation

if TYPE_CHECKING:
    import aiohttp


class Asker:
    """Asks for many endpoints at once, each time with a fresh connection.

    Bounds on how many run at once are the caller's. To be entered within a running event loop.
    """

    def __init__(self, lookup: Lookup = look_up) -> None:
        """Take how names are looked up."""
        self._resolver = Resolver(lookup)
        self._contexts = Contexts()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Be ready."""
        self._session = open_session(self._resolver)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of all connections."""
        self._resolver.close()
        if self._session is not None:
            await self._session.close()
        # What was aborted is closed in the next round of the loop.
        await asyncio.sleep(0)

    async def ask(self, request: Request, now: Clock) -> Observation:
        """Probe once, and return what came of it. Raises CancelledError only.

        Args:
            request: Whom, how, and within which limits.
            now: Gives the time against which a certificate is held.
        """
        progress = Progress(request, now)
        token = CURRENT.set(progress)
        answer, failure = None, None
        try:
            async with asyncio.timeout(request.timeout):
                answer = await self._answer(progress)
        except TimeoutError:
            failure = too_late(progress)
        except Failure as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - one endpoint must not end the prober
            failure = Failure("protocol", f"the probe failed: {type(error).__name__}")
        finally:
            CURRENT.reset(token)
            if answer is None:
                progress.abort()
        return _observation(progress, answer, failure)

    async def _answer(self, progress: Progress) -> Answer | None:
        scheme = progress.request.scheme
        if scheme == "tcp":
            await connect_tcp(self._resolver, progress)
        elif scheme == "tls":
            await shake_hands(self._resolver, self._contexts, progress)
        else:
            if self._session is None:
                raise Failure("settings", "the asker was not entered")
            return await ask_http(self._session, self._contexts, progress)
        return None


def _observation(progress: Progress, answer: Answer | None, failure: Failure | None) -> Observation:
    request = progress.request
    shown = progress.shown
    return Observation(
        phases=progress.phases(),
        trouble=failure.trouble if failure else "",
        sentence=without_secrets(failure.sentence, request.secrets) if failure else "",
        status=answer.status if answer else None,
        headers=answer.headers if answer else NO_HEADERS,
        body=answer.body if answer else b"",
        certificate=certificate(shown, progress.asked_name, progress.now()) if shown else None,
        address=progress.address if progress.connect is not None else "",
        went_to=tuple(without_secrets(url, request.secrets) for url in progress.went_to),
    )
