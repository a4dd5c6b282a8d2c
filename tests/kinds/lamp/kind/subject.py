"""The subject of the signal: lamps."""

from blinkenlights.kinds.lamp.declaring import LampDeclaring
from blinkenlights.kinds.lamp.page import Lamps
from blinkenlights.kinds.lamp.states import STATES

from blinkenlights.kinds.command_lines import check_line
from blinkenlights.kinds.subject import Display, Subject

LAMP = Subject(
    name="lamp",
    display=Display(
        title="Lamps",
        plural="lamps",
        states=STATES,
        view=Lamps,
        columns=("limit",),
        units={"limit": "span"},
        commands=lambda name: [check_line("Is it on?", "check_lamp", "lamp", name)],
    ),
    declaring=LampDeclaring(),
)
