"""What a file of tests may say. docs/rules-testing.md is the same for people."""

from typing import Literal

from msgspec import Struct

from blinkenlights.alert.notice import What
from blinkenlights.rules.rule import Level
from blinkenlights.yaml_files.times import Time


class StepSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What comes in a step of which more is to be said than a number or a state."""

    value: float | None = None
    state: str = ""
    facts: dict[str, str | int | float | bool] = {}
    times: int = 1


class ThingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing, without the key that names it."""

    series: list[str | int | float | StepSettings]
    every: Time = 60.0
    tags: dict[str, str | int | float | bool] = {}
    facts: dict[str, str | int | float | bool] = {}


class StateSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How an alert is to be at a moment."""

    at: Time
    rule: str
    thing: str
    state: Literal["well", "pending", "firing"]
    level: Level | None = None


class ToldSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be told at a moment."""

    at: Time
    rule: str
    thing: str
    what: What
    level: Level | None = None
    to: list[str] | None = None


class TrialSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One test."""

    things: list[dict[str, object]] | None = None
    replay: str = ""
    expect: list[StateSettings] = []
    told: list[ToldSettings] | None = None
    start: str = ""
    every: Time = 15.0
