"""The numbers of a result, kept as series: phases, days of the certificate, captured values."""

from collections.abc import Sequence
from functools import lru_cache

from blinkenlights.kinds.endpoint.fact import EndpointRemoved, EndpointResult
from blinkenlights.kinds.number import Number

NAME = "probe"
"""Series are called `probe.total{endpoint=www.example.net/health}`."""
TOTAL = "total"
_SECONDS = '{"unit":"s"}'
_DAYS = '{"unit":"d"}'


def numbers_of(fact: EndpointResult | EndpointRemoved) -> Sequence[Number]:
    """Return a number for each figure of a result."""
    if isinstance(fact, EndpointRemoved):
        return ()
    tags = {"endpoint": fact.endpoint}
    numbers = []
    for figure, value in fact.figures.items():
        name, shown = _named(figure)
        numbers.append(Number(name, value, fact.event, "", tags, shown))
    return numbers


@lru_cache(4096)
def _named(figure: str) -> tuple[str, str]:
    """Return what the number of a figure is called, and how it wants to be shown."""
    name = f"{NAME}.{figure}"
    if figure == "cert.days":
        return name, _DAYS
    return name, "" if figure == "success" or figure.startswith("value.") else _SECONDS


def drawn_number(endpoint: str) -> Number:
    """Return the number that is drawn beside an endpoint: how long its probes took."""
    return Number(f"{NAME}.{TOTAL}", 0.0, 0.0, "", {"endpoint": endpoint})
