"""Slack by an incoming webhook, which can post and nothing else."""

from collections.abc import Mapping

import msgspec

from blinkenlights.alert.channels.slack.errors import sentence_of, word_of
from blinkenlights.alert.channels.slack.texts import posted
from blinkenlights.alert.message import Message
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.files.channel_settings import SlackSettings


class SlackHook:
    """Says each message as one of its own: a webhook does not say which it was."""

    has_key = False

    def __init__(self, settings: SlackSettings, poster: Poster) -> None:
        self._url = settings.webhook
        self._poster = poster

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it."""
        body = msgspec.json.encode(posted(message))
        answer = await self._poster.post(self._url, body, {"Content-Type": "application/json"})
        if not answer.is_taken:
            word = word_of(answer.body.decode(errors="replace").strip())
            raise self._poster.refusal(self._url, answer, sentence_of(word) if word else "")
        return {}

    async def close(self) -> None:
        """Give up connections."""
        await self._poster.close()
