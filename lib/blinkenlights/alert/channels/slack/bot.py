"""Slack by the token of a bot: one message for an incident, and its thread."""

from collections.abc import Mapping

import msgspec

from blinkenlights.alert.channels.slack.errors import (
    NEVER_TAKEN,
    NOT_THERE,
    TOO_MANY,
    sentence_of,
    word_of,
)
from blinkenlights.alert.channels.slack.texts import Body, posted, present, reply
from blinkenlights.alert.message import Message
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from blinkenlights.rules.files.channel_settings import SlackSettings

REST = 30.0
"""Seconds of rest where Slack wants one and does not say how long."""


class _Gone(Exception):  # noqa: N818 - the message is
    """The message of an incident cannot be changed."""


class SlackBot:
    """Says messages in one channel.

    The message of an incident is changed first, which can be done any number of times, and the
    thread is told last: whoever dies in between repeats nothing that anybody sees.
    """

    has_key = False
    """The message is known by its key, what is new in its thread is not."""

    def __init__(self, settings: SlackSettings, poster: Poster) -> None:
        self._settings = settings
        self._poster = poster

    async def say(self, message: Message) -> Mapping[str, str]:
        """Say it; returns the `channel` and `ts` of the incident's message."""
        channel, ts = message.reference.get("channel", ""), message.reference.get("ts", "")
        if not (channel and ts):
            return await self._post(message)
        where: Body = {"channel": channel, "ts": ts}
        try:
            await self._call("chat.update", where | present(message))
        except _Gone:
            return await self._post(message)
        await self._call("chat.postMessage", {"channel": channel, "thread_ts": ts} | reply(message))
        return {"channel": channel, "ts": ts}

    async def close(self) -> None:
        """Give up connections."""
        await self._poster.close()

    async def _post(self, message: Message) -> Mapping[str, str]:
        where = {"channel": self._settings.channel}
        said = await self._call("chat.postMessage", where | posted(message))
        return {"channel": str(said.get("channel", "")), "ts": str(said.get("ts", ""))}

    async def _call(self, method: str, body: Body) -> Body:
        url = f"{self._settings.url.rstrip('/')}/{method}"
        answer = await self._poster.post(
            url,
            msgspec.json.encode(body),
            {
                "Content-Type": "application/json; charset=utf-8",
                "Authorization": f"Bearer {self._settings.token}",
            },
        )
        said = _decoded(answer.body)
        word = word_of(said.get("error", ""))
        if not answer.is_taken:
            raise self._poster.refusal(url, answer, word)
        if said.get("ok") is True:
            return said
        if word in NOT_THERE and method == "chat.update":
            raise _Gone
        rest = answer.retry_after
        raise CannotSayError(
            f"{self._poster.named(url)} refuses it: {sentence_of(word)}",
            retry_after=REST if rest is None and word in TOO_MANY else rest,
            is_final=word in NEVER_TAKEN,
        )


def _decoded(body: bytes) -> Body:
    try:
        said = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
