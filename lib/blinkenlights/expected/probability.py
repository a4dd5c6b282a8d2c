"""How unlikely a sum is: Poisson, negative binomial and gamma in one formula, without tables.

The deviance compares what was observed with what is expected. Its signed root is close to a
standard normal number, and with Barndorff-Nielsen's correction it is so far into the tails, where
these answers are needed.
"""

import math

NO_VARIANCE = 1e-9
"""Relative variance below which there is none."""
TINY = 1e-300
NEAR = 0.1
"""Signed root below which the correction divides nothing by nothing, and is not needed."""


def deviance(observed: float, mean: float, variance: float, *, counts: bool) -> float:
    """Return the surprise of a sum in natural logarithms; 0 when it is the mean.

    `variance` is the relative one beyond counting. With counts the sum is negative binomial, or
    Poisson where there is no such variance; else it is gamma.
    """
    if mean <= 0:
        return 0.0 if observed <= 0 else math.inf
    if not counts:
        ratio = max(observed / mean, TINY)
        return (ratio - 1 - math.log(ratio)) / max(variance, NO_VARIANCE)
    own = observed * math.log(observed / mean) if observed > 0 else 0.0
    if variance < NO_VARIANCE:
        return max(0.0, own - observed + mean)
    shape = 1 / variance
    return max(0.0, own - (observed + shape) * math.log((observed + shape) / (mean + shape)))


def chance_of_less(observed: float, mean: float, variance: float, *, counts: bool) -> float:
    """Return the chance that a sum is as small as what was observed, or smaller."""
    # A count stands for all from half below it to half above it.
    edge = observed + 0.5 if counts else observed
    return 1.0 if edge >= mean else _tail(edge, mean, variance, counts=counts)


def chance_of_more(observed: float, mean: float, variance: float, *, counts: bool) -> float:
    """Return the chance that a sum is as large as what was observed, or larger."""
    edge = observed - 0.5 if counts else observed
    return 1.0 if edge <= mean else _tail(edge, mean, variance, counts=counts)


def _tail(edge: float, mean: float, variance: float, *, counts: bool) -> float:
    surprise = deviance(edge, mean, variance, counts=counts)
    if math.isinf(surprise):
        return 0.0
    root = math.sqrt(2 * surprise)
    if root > NEAR and edge > 0:
        root += math.log(_departure(edge, mean, variance, counts=counts) / root) / root
    return 0.5 * math.erfc(root / math.sqrt(2))


def _departure(edge: float, mean: float, variance: float, *, counts: bool) -> float:
    """Return how far the natural parameter is from that of the mean, in standard deviations."""
    if not counts:
        return abs(edge / mean - 1) / math.sqrt(max(variance, NO_VARIANCE))
    # Both logarithms of mean / (mean + shape), of which the shape cancels out.
    away = math.log(edge / mean) - math.log1p(variance * edge) + math.log1p(variance * mean)
    return abs(away) * math.sqrt(edge + variance * edge * edge)
