"""The subject of tasks that are reported: machines."""

from collections.abc import Mapping

from blinkenlights.kinds.command_lines import CommandLine, check_line, own_line
from blinkenlights.kinds.machine.declaring import MachineDeclaring
from blinkenlights.kinds.machine.page import Machines
from blinkenlights.kinds.machine.states import STATES
from blinkenlights.kinds.rows import Fact
from blinkenlights.kinds.subject import Display, InRules, Subject


def _commands(name: str) -> list[CommandLine]:
    return [
        check_line("Is it alive?", "check_machine", "machine", name),
        own_line("Nobody shall be woken by it", "quarantine", name=name),
    ]


def _tags(name: str, facts: Mapping[str, Fact]) -> Mapping[str, str]:
    """Return the pool of a machine, and itself as a host."""
    return {"host": name, "pool": str(facts.get("pool") or "")}


SUBJECTS = (
    Subject(
        name="machine",
        display=Display(
            title="Machines",
            plural="machines",
            states=STATES,
            view=Machines,
            columns=("pool", "task", "task_state", "failed_in_a_row"),
            headings={
                "task_state": "task state",
                "running_since": "running since",
                "failed_in_a_row": "failed in a row",
            },
            commands=_commands,
        ),
        declaring=MachineDeclaring(),
        in_rules=InRules(
            "machine", tags=_tags, missing=("silent", "lost"), ended=("retired", "removed")
        ),
    ),
)
