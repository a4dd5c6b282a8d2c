"""The states of a series, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("silent", ("CRITICAL",)),
    State("expected", ("CRITICAL", "UNKNOWN", "OK")),
    State("critical", ("CRITICAL",)),
    State("ahead", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("stale", ("UNKNOWN",)),
    State("unknown", ("UNKNOWN",)),
    State("warning", ("WARNING",)),
    State("stopped", ("OK",), is_crowded=True),
    State("retired", ("OK",), is_crowded=True),
    State("alive", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
