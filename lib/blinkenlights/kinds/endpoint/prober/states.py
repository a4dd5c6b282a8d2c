"""The states of a prober, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("down", ("CRITICAL",)),
    State("unheard", ("UNKNOWN",)),
    State("blind", ("UNKNOWN",)),
    State("behind", ("WARNING",)),
    State("broken", ("WARNING",)),
    State("stopped", ("OK",)),
    State("alive", ("OK",), is_crowded=True),
)
WORST_FIRST = words_of(STATES)
