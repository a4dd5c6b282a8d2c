"""The states of a component, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("silent", ("CRITICAL",)),
    State("expected", ("CRITICAL", "UNKNOWN", "OK")),
    State("down", ("CRITICAL",)),
    State("short", ("CRITICAL",)),
    State("ahead", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("late", ("WARNING",)),
    State("degraded", ("WARNING",)),
    State("retired", ("OK",), is_crowded=True),
    State("alive", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
