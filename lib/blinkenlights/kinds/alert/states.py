"""The states of rules and alerts, worst first."""

from blinkenlights.kinds.state import State, words_of

RULES = (
    State("firing", ("CRITICAL", "WARNING")),
    State("stale", ("UNKNOWN",)),
    State("unheard", ("UNKNOWN",)),
    State("missing", ("UNKNOWN",)),
    State("pending", ("OK",)),
    State("well", ("OK",), is_crowded=True),
)
ALERTS = (
    State("firing", ("CRITICAL", "WARNING")),
    State("acknowledged", ("CRITICAL", "WARNING")),
    State("held", ("CRITICAL", "WARNING")),
    State("stale", ("UNKNOWN",)),
    State("pending", ("OK",)),
)
WORST_FIRST = words_of(RULES)
