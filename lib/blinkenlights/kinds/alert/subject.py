"""What people watch here: alerts, and the rules that they come from."""

from collections.abc import Mapping
from glob import escape

from blinkenlights.kinds.alert import keys, states
from blinkenlights.kinds.alert.page import Alerts
from blinkenlights.kinds.alert.page_of_rules import Rules
from blinkenlights.kinds.command_lines import CommandLine, check_line, own_line
from blinkenlights.kinds.subject import Display, Subject


def _commands_of_alert(name: str) -> list[CommandLine]:
    return [own_line("I take care of it", "alert", "acknowledge", name=name)]


def _commands_of_rule(name: str) -> list[CommandLine]:
    return [
        check_line("Does it hold?", "check_rule", "rule", name),
        own_line("What would fire now, and why?", "rules", "show", name=name),
    ]


def _silence_of_alert(name: str) -> Mapping[str, str]:
    rule, thing = keys.parts_of(keys.alert_named(name))
    return {"rule": escape(rule), "thing": escape(thing)}


def _silence_of_rule(name: str) -> Mapping[str, str]:
    return {"rule": escape(name)}


SUBJECTS = (
    Subject(
        name="alert",
        display=Display(
            title="Alerts",
            plural="alerts",
            states=states.ALERTS,
            view=Alerts,
            columns=("severity", "told"),
            has_more_columns=False,
            seen="Judged",
            last_seen="last judged",
            commands=_commands_of_alert,
            silence=_silence_of_alert,
        ),
    ),
    Subject(
        name="rule",
        display=Display(
            title="Rules",
            plural="rules",
            states=states.RULES,
            view=Rules,
            columns=("of", "things", "firing", "pending", "missing", "warning", "critical"),
            has_more_columns=False,
            seen="Evaluated",
            last_seen="last evaluated",
            commands=_commands_of_rule,
            silence=_silence_of_rule,
        ),
    ),
)
