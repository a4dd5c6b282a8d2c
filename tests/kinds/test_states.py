"""The states of all kinds in one order, for the filter."""

from blinkenlights.kinds.state import WORST_FIRST, merged
from blinkenlights.web.views import displays, states


def test_each_order_is_kept() -> None:
    """What one order has and another has not stands right before the next one of both."""
    assert merged(["ad", "abd", "cde"]) == list("abcde")


def test_the_first_order_counts() -> None:
    """Where two of them contradict each other nothing is lost, and nothing is there twice."""
    assert merged(["abc", "cxa"]) == list("xabc")


def test_the_filter_offers_every_state_once() -> None:
    """Whatever anything shown can be in, worst first."""
    offered = states()

    every = {state.word for display in displays().values() for state in display.states}
    assert sorted(offered) == sorted(every)
    assert offered[0] == "lost"
    assert set(offered[-5:]) == {"alive", "busy", "good", "pending", "well"}


def test_states_are_worst_first() -> None:
    """By the worst that a check answers about each."""
    for display in displays().values():
        ranks = [min(map(WORST_FIRST.index, state.statuses)) for state in display.states]
        assert ranks == sorted(ranks)
