"""An alert that fires, and how people respond to it on the page."""

from collections.abc import Callable
from urllib.parse import urlencode

from blinkenlights.alert.links import Link
from blinkenlights.kinds.alert import keys
from servers.chromium import Window
from servers.simulated_alerts import SimulatedAlerts
from web.serving import Answered, Serving

Open = Callable[..., Window]
RULE, THING = "queue is long", "web1.queue"
NAME = f"{RULE}: {THING}"
FORM = "application/x-www-form-urlencoded"
SECRET = "0123456789abcdef"


def send(answering: Serving, path: str, fields: dict[str, str], **headers: str) -> Answered:
    return answering.post(path, urlencode(fields), **({"Content_Type": FORM} | headers))


def episode(alerts: SimulatedAlerts) -> str:
    return keys.episode_of(RULE, THING, alerts.now - 420)


def link(alerts: SimulatedAlerts, **changed: object) -> Link:
    made = Link("acknowledge", (episode(alerts),), int(alerts.now) + 60, "oncall")
    return made._replace(**changed)  # type: ignore[arg-type]


def silences(answering: Serving) -> list[dict[str, object]]:
    found: list[dict[str, object]] = answering.get("/api/v1/silences").json["silences"]
    return found
