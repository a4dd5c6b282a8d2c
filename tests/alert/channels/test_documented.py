"""The page of channels says what is so: its examples are read, and each key and place is on it."""

import re
from pathlib import Path

import pytest

from alert.channels.messages import first
from blinkenlights.alert.channels.webhook.bodies import as_json, values_of
from blinkenlights.notify.macros import KINDS
from blinkenlights.notify.options import settings_of
from blinkenlights.rules.files.channel_forms import CHANNELS
from blinkenlights.rules.files.read import read_rules
from blinkenlights.rules.files.webhook_body import PARTS, PLACES

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "channels.md").read_text("utf-8")
NOTIFY = (DOCS / "notify.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SECRETS = {
    "SLACK_TOKEN": "xoxb-1",
    "SLACK_HOOK": "https://hooks.example.net/services/T/B/x",
    "PD_KEY": "0123456789abcdef0123456789abcdef",
    "HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "HOOK_TOKEN": "x",
    "MAIL_PASSWORD": "x",
    "NTFY_URL": "ntfy://topic",
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_read(example: str) -> None:
    """Without a mistake or a doubt."""
    found = read_rules(example.encode(), "a.yml", SECRETS, 0.0)

    assert found.receivers
    assert found.doubts == ()


def test_each_channel_has_an_example() -> None:
    """As a reader looks for it."""
    assert all(any(f"{{{name}:" in each for each in EXAMPLES) for name in CHANNELS)


def test_each_key_of_our_json_is_on_the_page() -> None:
    """Of a message and of an alert."""
    said = as_json(first())

    keys = {*said, *said["firing"][0]}
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_each_place_of_a_body_is_on_the_page_and_filled() -> None:
    """None is known to the one and not to the other."""
    assert values_of(first()).keys() == {*PLACES, *PARTS}
    assert {place for place in PLACES if f"`{place}`" not in PAGE} == set()
    assert all(f"`{part}.NAME`" in PAGE for part in PARTS)


def test_each_type_of_notification_is_on_the_page() -> None:
    """And each option that names the file of a secret."""
    kinds = {kind for kind in KINDS if kind not in ("DOWNTIMEREMOVED", "FLAPPINGDISABLED")}
    files = {each.flag for name in CHANNELS for each in settings_of(name) if each.is_secret}

    assert {each for each in (*kinds, *files) if f"`{each}`" not in NOTIFY} == set()
