"""The states of a client or a source of transfers, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("late", ("CRITICAL",)),
    State("expected", ("CRITICAL",)),
    State("zero", ("CRITICAL",)),
    State("failing", ("CRITICAL",)),
    State("ahead", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",), is_crowded=True),
    State("behind", ("WARNING",)),
    State("alive", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
