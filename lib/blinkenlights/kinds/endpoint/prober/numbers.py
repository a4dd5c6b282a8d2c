"""The numbers of a prober's report, kept as series: `prober.lag{prober=berlin}`."""

from collections.abc import Sequence

from blinkenlights.kinds.endpoint.prober.fact import ProberReport
from blinkenlights.kinds.number import Number


def numbers_of(fact: ProberReport) -> Sequence[Number]:
    """Return a number for each figure of a report."""
    tags = {"prober": fact.prober}
    return [
        Number(f"prober.{figure}", value, fact.event, "", tags)
        for figure, value in fact.figures.items()
    ]
