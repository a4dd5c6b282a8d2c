"""The states of a prober, and those of a location with workers, worst first."""

from blinkenlights.kinds.state import State, words_of

STATES = (
    State("down", ("CRITICAL",)),
    State("unmanned", ("CRITICAL",)),
    State("unheard", ("UNKNOWN",)),
    State("blind", ("UNKNOWN",)),
    State("limited", ("WARNING",)),
    State("behind", ("WARNING",)),
    State("broken", ("WARNING",)),
    State("unposted", ("WARNING",)),
    State("ailing", ("WARNING",)),
    State("stopped", ("OK",)),
    State("alive", ("OK",), is_crowded=True),
)
"""A prober that gives jobs to workers is as its worst location is, when that is worse."""
WORST_FIRST = words_of(STATES)
OF_PROBERS = ("behind", "broken", "unposted")
LOCATION_STATES = tuple(state for state in STATES if state.word not in OF_PROBERS)
OF_OLD_REPORTS = ("down", "unheard", "stopped")
"""States in which what a prober reported last says nothing of the present."""
