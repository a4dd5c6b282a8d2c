"""The states of lamps, worst first."""

from blinkenlights.kinds.state import State

STATES = (
    State("off", ("CRITICAL",)),
    State("silent", ("CRITICAL",)),
    State("expected", ("CRITICAL", "OK")),
    State("ahead", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("on", ("OK",), is_crowded=True),
    State("retired", ("OK",), is_crowded=True),
)
