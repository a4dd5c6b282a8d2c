"""The subject of heartbeats: components."""

from glob import escape

from blinkenlights.kinds.command_lines import CommandLine, check_line, own_line, own_option_line
from blinkenlights.kinds.heartbeat.declaring import ComponentDeclaring
from blinkenlights.kinds.heartbeat.page import Components
from blinkenlights.kinds.heartbeat.states import STATES
from blinkenlights.kinds.subject import Display, InRules, Subject


def _commands(name: str) -> list[CommandLine]:
    return [
        check_line("Is it alive?", "check_heartbeat", "name", name),
        own_option_line("What is in flight on it?", "inflight", option="node", name=escape(name)),
        own_line("It is gone for good", "expect", "--retired", name=name),
    ]


SUBJECTS = (
    Subject(
        name="component",
        display=Display(
            title="Components",
            plural="components",
            states=STATES,
            view=Components,
            columns=("interval", "instances", "clock_ahead"),
            headings={"clock_ahead": "clock ahead"},
            units={"interval": "span", "clock_ahead": "span"},
            commands=_commands,
        ),
        declaring=ComponentDeclaring(),
        in_rules=InRules("heartbeat"),
    ),
)
