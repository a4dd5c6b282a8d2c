"""The numbers of a result, kept as series: phases, days of the certificate, captured values."""

from collections.abc import Sequence

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
    return [
        Number(f"{NAME}.{figure}", value, fact.event, "", tags, _shown(figure))
        for figure, value in fact.figures.items()
    ]


def _shown(figure: str) -> str:
    if figure == "cert.days":
        return _DAYS
    return "" if figure == "success" or figure.startswith("value.") else _SECONDS


def drawn_number(endpoint: str) -> Number:
    """Return the number that is drawn beside an endpoint: how long its probes took."""
    return Number(f"{NAME}.{TOTAL}", 0.0, 0.0, "", {"endpoint": endpoint})
