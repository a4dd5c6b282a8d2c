"""What a file may say of rules, routes and maintenance. docs/rules.md is the same for people."""

from functools import cache
from typing import Literal, cast

from msgspec import Struct, defstruct, field

from blinkenlights.rules.vocabulary import subjects_by_word
from blinkenlights.yaml_files.times import Time

Names = str | list[str]
"""One name or several."""
Scalar = str | int | float | bool
Limiting = str | int | float
"""A range, or an expression."""


class DependencySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule that explains another one."""

    rule: str
    same: Names = []


class RuleSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule, without the key that says what it is about; or what all rules of a file have."""

    but: Names = []
    where: dict[str, Scalar] = {}
    over: Time = 300.0
    of: str = ""
    """What a range is of; empty for what the subject has for it."""
    warning: Limiting | None = None
    critical: Limiting | None = None
    recovery: Limiting | None = None
    wait: Time = field(default=0, name="for")
    keep: Time = 0
    missing: Literal["", "keep", "warning", "critical"] = ""
    flapping: str = ""
    unless: str | DependencySettings | list[str | DependencySettings] = []
    severity: str = "page"
    labels: dict[str, Scalar] = {}
    text: str = ""
    runbook: str = ""
    tell: Names = []


class StepSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to tell of what nobody acknowledges."""

    after: Time
    tell: Names


class QuietSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Hours in which nobody is told of what begins."""

    start: str = field(name="from")
    end: str = field(name="to")
    days: Names = []
    zone: str = "UTC"


class RouteSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which alerts go where."""

    tell: Names
    match: dict[str, Scalar] = {}
    escalate: list[StepSettings] = []
    quiet: QuietSettings | list[QuietSettings] = []
    repeat: Time = 0
    group_by: Names = "rule"
    gather: Time = 5.0
    goes_on: bool = field(default=False, name="continue")


class MaintenanceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A planned silence."""

    match: dict[str, Scalar]
    cron: str
    lasts: Time = field(name="for")
    zone: str = "UTC"
    reason: str = ""


@cache
def rule_struct() -> type[RuleSettings]:
    """Return the struct of one rule, with a key for each subject that a rule can be about."""
    words: list[tuple[str, object, object]] = [
        (word, Names, field(default_factory=list)) for word in subjects_by_word()
    ]
    made = defstruct("Rule", words, bases=(RuleSettings,), frozen=True, forbid_unknown_fields=True)
    return cast("type[RuleSettings]", made)
