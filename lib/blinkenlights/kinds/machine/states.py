"""The states of a machine, worst first: the one order of check, page and filter."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("lost", ("CRITICAL",)),
    State("silent", ("CRITICAL",)),
    State("failing", ("CRITICAL",)),
    State("expected", ("CRITICAL", "WARNING", "OK")),
    State("ahead", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("late", ("WARNING",)),
    State("idle", ("OK",), is_crowded=True),
    State("quarantined", ("OK",)),
    State("retired", ("OK",), is_crowded=True),
    State("removed", ("OK",), is_crowded=True),
    State("alive", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
RESTING = ("quarantined", "retired", "removed")
"""States that say nothing about silence, so that no doubt touches them."""
