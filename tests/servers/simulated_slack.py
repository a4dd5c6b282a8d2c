"""Slack as its documentation describes it: methods that say their errors with 200, and webhooks."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from servers.heard import Request, Service

TOKEN = "xoxb-1234-quite-secret"
CHANNELS = {"#ops": "C0123456789"}
HOOK = "/services/T000/B000/quite-secret"


@dataclass
class Posted:
    """A message as people see it."""

    text: str
    attachments: list[dict[str, Any]]
    thread: str = ""
    is_broadcast: bool = False
    edits: int = 0
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def details(self) -> str:
        """The text below the title."""
        return "\n".join(each["text"] for each in self.attachments)


class Slack(Service):
    """One workspace with one channel."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, Posted] = {}
        """What was posted, by `ts`, in its order."""
        self.is_frozen = False
        """Whether messages cannot be edited any more."""

    @property
    def api(self) -> str:
        """The URL of its methods."""
        return f"{self.url}/api"

    @property
    def hook(self) -> str:
        """The URL of a webhook."""
        return f"{self.url}{HOOK}"

    @property
    def roots(self) -> list[Posted]:
        """What stands in the channel."""
        return [each for each in self.messages.values() if not each.thread]

    @property
    def replies(self) -> list[Posted]:
        """What stands in threads."""
        return [each for each in self.messages.values() if each.thread]

    async def answer(self, request: Request) -> web.StreamResponse:
        """Do what a method or a webhook does."""
        if request.path.startswith("/services/"):
            return self._from_hook(request)
        name = request.path.removeprefix("/api/")
        methods = {"chat.postMessage": self._post, "chat.update": self._update}
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refuses("invalid_auth")
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refuses("invalid_form_data")
        asked = json.loads(request.body)
        if name not in methods:
            return _refuses("unknown_method")
        if not asked.get("text"):
            return _refuses("no_text")
        return methods[name](asked)

    def _post(self, asked: dict[str, Any]) -> web.Response:
        channel = CHANNELS.get(asked["channel"], asked["channel"])
        if channel not in CHANNELS.values():
            return _refuses("channel_not_found")
        thread = asked.get("thread_ts", "")
        if thread and thread not in self.messages:
            return _refuses("thread_not_found")
        ts = self._keep(asked)
        self.messages[ts].thread = thread
        self.messages[ts].is_broadcast = asked.get("reply_broadcast", False)
        return web.json_response({"ok": True, "channel": channel, "ts": ts})

    def _update(self, asked: dict[str, Any]) -> web.Response:
        # Unlike a post it takes no name of a channel.
        if asked["channel"] not in CHANNELS.values():
            return _refuses("channel_not_found")
        found = self.messages.get(asked["ts"])
        if found is None:
            return _refuses("message_not_found")
        if self.is_frozen:
            return _refuses("edit_window_closed")
        found.text, found.attachments = asked["text"], asked.get("attachments", found.attachments)
        found.edits += 1
        return web.json_response({"ok": True, "channel": asked["channel"], "ts": asked["ts"]})

    def _from_hook(self, request: Request) -> web.Response:
        if request.path != HOOK:
            return web.Response(status=404, text="no_service")
        try:
            asked = json.loads(request.body)
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if not asked.get("text"):
            return web.Response(status=400, text="no_text")
        self._keep(asked)
        return web.Response(text="ok")

    def _keep(self, asked: dict[str, Any]) -> str:
        ts = f"1764331200.{len(self.messages):06}"
        self.messages[ts] = Posted(asked["text"], asked.get("attachments", []), asked=asked)
        return ts


def _refuses(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})
