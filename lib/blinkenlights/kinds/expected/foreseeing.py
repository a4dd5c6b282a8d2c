"""What is expected of series, as numbers that conditions of rules may name."""

from collections.abc import Mapping, Sequence

from blinkenlights.expected.expectation import Expectation
from blinkenlights.kinds.expected.read import expectations
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.kinds.measured import Foreseeing
from blinkenlights.kinds.view_context import ViewContext


def _numbers(
    context: ViewContext, learnable: Learnable, names: Sequence[str]
) -> Mapping[str, Mapping[str, float]]:
    found = expectations(
        context.store, learnable.sort, names, context.now, is_rate=learnable.is_rate
    )
    return {name: each._asdict() for name, each in found.items()}


FORESEEING = Foreseeing(Expectation._fields, _numbers)
"""`expected`, `expected_low`, `expected_high`, `unusual`; none while it is learned."""
