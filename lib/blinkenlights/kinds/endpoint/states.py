"""The states of an endpoint, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("failing", ("CRITICAL",)),
    State("expected", ("CRITICAL", "UNKNOWN", "OK")),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("overdue", ("UNKNOWN",)),
    State("removed", ("UNKNOWN",)),
    State("degraded", ("WARNING",)),
    State("retired", ("OK",), is_crowded=True),
    State("good", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
