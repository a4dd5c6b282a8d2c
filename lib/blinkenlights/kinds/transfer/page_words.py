"""The state of each client or source in words."""

from blinkenlights.kinds.transfer.delivery.survey import Overdue
from blinkenlights.kinds.transfer.limits import late_reports, moved
from blinkenlights.kinds.transfer.read import Flow
from blinkenlights.kinds.transfer.speed.survey import WINDOW
from blinkenlights.kinds.view import Verdict, ahead_of_clock, last_seen
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import moment, span


class FlowWords:
    """Says how each client or source is.

    Args:
        horizon: What could be heard.
        doubts: Why what looks alive may not be, as the reader may know it.
    """

    def __init__(self, horizon: Horizon, doubts: list[str]) -> None:
        self.horizon = horizon
        self.doubt = doubts[0] if doubts else ""
        """The first of them; empty when all is known."""

    def of_late(self, late: Overdue) -> Verdict:
        """Return what is to be said of one that is overdue, or may be."""
        if late.deafness:
            sentence = f"none for {span(late.silence)}, {late.rule}; {late.deafness}"
            return Verdict("unheard", "UNKNOWN", sentence)
        if late.last_good:
            return Verdict("late", "CRITICAL", f"none for {span(late.silence)}, {late.rule}")
        declared = f", declared {moment(late.declared)}" if late.declared else ""
        sentence = f"never had a good transfer{declared}, {late.rule}"
        return Verdict("expected", "CRITICAL", sentence)

    def of_zero(self, flow: Flow) -> Verdict:
        """Return what is to be said of one without a good transfer in the window."""
        if not flow.last_good:
            sentence = f"never had a good transfer, limit {span(WINDOW)}"
            return Verdict("expected", "CRITICAL", sentence)
        last = moved(self.horizon, flow)
        lasted = span(max(0, round(self.horizon.stored_up_to - last)))
        sentence = f"no good transfer for {lasted}, since {moment(last)}, limit {span(WINDOW)}"
        return Verdict("zero", "CRITICAL", sentence, last)

    def of_behind(self, flow: Flow, lag: float) -> Verdict:
        """Return what is to be said of one that reports late, by `lag` seconds."""
        if self.doubt:
            return self.of_unheard(flow)
        return Verdict("behind", "WARNING", late_reports(lag), flow.last_good)

    def of_ahead(self, flow: Flow) -> Verdict:
        """Return what is to be said of one whose last good transfer is yet to come."""
        sentence = ahead_of_clock("last good transfer", flow.last_good - self.horizon.now)
        return Verdict("ahead", "UNKNOWN", sentence, flow.last_good)

    def of_unheard(self, flow: Flow) -> Verdict:
        """Return what is to be said of one that may not have been heard."""
        why = self.doubt or "not heard while the collector could not listen"
        return Verdict("unheard", "UNKNOWN", f"{self._last_good(flow)}; {why}")

    def of_well(self, flow: Flow) -> Verdict:
        """Return what is to be said of one with which nothing is the matter."""
        if self.doubt:
            return self.of_unheard(flow)
        return Verdict("alive", "OK", self._last_good(flow))

    def _last_good(self, flow: Flow) -> str:
        if not flow.last_good:
            return "never had a good transfer"
        return last_seen(flow.last_good, self.horizon.now, "last good transfer")
