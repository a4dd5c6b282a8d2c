"""A webhook of somebody's own."""

from collections.abc import Mapping

from blinkenlights.alert.channels.webhook.bodies import body_of, id_of
from blinkenlights.alert.channels.webhook.signature import signed, unsigned
from blinkenlights.alert.message import Message
from blinkenlights.clock import Clock, wall_clock
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.files.channel_settings import WebhookSettings
from blinkenlights.rules.files.webhook_body import JSON


class Webhook:
    """Says messages to one URL."""

    has_key = False
    """The id is one, but whether anybody looks at it is not for us to know."""

    def __init__(
        self, settings: WebhookSettings, poster: Poster, clock: Clock = wall_clock
    ) -> None:
        self._settings = settings
        self._poster = poster
        self._clock = clock

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        settings = self._settings
        body, name = body_of(message, settings), id_of(message)
        now = self._clock()
        about = signed(settings.secret, name, now, body) if settings.secret else unsigned(name, now)
        given = {key.lower(): value for key, value in settings.headers.items()}
        headers = {"content-type": JSON} | given | about
        answer = await self._poster.post(settings.url, body, headers)
        if not answer.is_taken:
            raise self._poster.refusal(settings.url, answer)
        return {}

    async def close(self) -> None:
        """Give up connections."""
        await self._poster.close()
