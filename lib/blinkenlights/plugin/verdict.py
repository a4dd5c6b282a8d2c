"""How checks use nagiosplugin: one figure, one context that judges it, one hint that says it.

What is mended here: nagiosplugin ranks UNKNOWN above CRITICAL and names one problem only. Its Check
and Runtime are not used: they cost half of a check's time to import, there is one Runtime a
process, its timeout can be swallowed, and it prints numbers with str().
"""

from collections.abc import Callable, Sequence

from blinkenlights.plugin.nagios import (
    Context,
    Critical,
    Metric,
    Ok,
    Range,
    Resource,
    Result,
    Results,
    ServiceState,
    Unknown,
    Warn,
)
from blinkenlights.plugin.words import plain

Hint = Callable[[float], str]
"""Gives the words for a figure that is not as it should be."""

ORDER = (Critical, Unknown, Warn, Ok)
"""Worst first. What is proved bad outranks what is not known (plugin guidelines, A6)."""
BY_WORD: dict[str, ServiceState] = {
    "ok": Ok,
    "warning": Warn,
    "critical": Critical,
    "unknown": Unknown,
}


class WorstFirst(Results):
    """Results that rank CRITICAL above UNKNOWN above WARNING."""

    @property
    def most_significant_state(self) -> ServiceState:
        """Return the worst state there is; UNKNOWN when nothing was judged."""
        return next((state for state in ORDER if self.by_state.get(state)), Unknown)

    def problems(self) -> list[Result]:
        """Return all that is not OK, worst first."""
        return [result for state in ORDER[:-1] for result in self.by_state.get(state, ())]


class NoneOf(Context):
    """Judges a count of which there should be none."""

    def __init__(self, name: str, state: ServiceState, hint: Hint) -> None:
        """Judge the figure `name`: `state` when it is not 0, in the words of `hint`."""
        super().__init__(name)
        self.state = state
        self.hint = hint

    def evaluate(self, metric: Metric, resource: Resource) -> Result:
        """Return OK for 0, else our state with its words."""
        del resource
        if metric.value == 0:
            return Result(Ok, metric=metric)
        return Result(self.state, self.hint(metric.value), metric)


class Within(Context):
    """Judges a number against ranges; without a range it is never bad, and NaN is never good."""

    def __init__(
        self,
        name: str,
        warning: Range | None,
        critical: Range | None,
        hint: Hint,
        show: Callable[[float], str] = plain,
    ) -> None:
        """Judge the figure `name` against two ranges, either of which may be missing.

        `show` writes the ends of a range in the words of the figure.
        """
        super().__init__(name)
        self.warning = warning
        self.critical = critical
        self.hint = hint
        self.show = show

    def evaluate(self, metric: Metric, resource: Resource) -> Result:
        """Return the state of the number and, unless it is OK, its words and the range it left."""
        del resource
        state, limit = grade(metric.value, self.warning, self.critical, self.show)
        if state is Ok:
            return Result(Ok, metric=metric)
        return Result(state, f"{self.hint(metric.value)}{limit}", metric)


def grade(
    value: float | None,
    warning: Range | None,
    critical: Range | None,
    show: Callable[[float], str] = plain,
) -> tuple[ServiceState, str]:
    """Return the state of a number, and in words the range that it left."""
    if value is None or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124
        return Unknown, " is not a number"
    for state, limit in ((Critical, critical), (Warn, warning)):
        if limit is not None and not limit.match(value):
            return state, f", limit {in_words(limit, show)}"
    return Ok, ""


def in_words(limit: Range, show: Callable[[float], str] = plain) -> str:
    """Return a range without the characters that cores strip: `10:20` -> `10 to 20`."""
    low, high = limit.start == float("-inf"), limit.end == float("inf")
    if limit.invert:
        if low or high:
            inside = f"up to {show(limit.end)}" if low else f"{show(limit.start)} and more"
        else:
            inside = f"{show(limit.start)} to {show(limit.end)}"
        return f"not {inside}"
    if high:
        return f"at least {show(limit.start)}"
    if low or limit.start == 0:
        return show(limit.end)
    return f"{show(limit.start)} to {show(limit.end)}"


def judge(resource: Resource, contexts: Sequence[Context]) -> tuple[int, list[str]]:
    """Judge each figure by its context; return the exit code and the problems, worst first."""
    by_name = {context.name: context for context in contexts}
    results = WorstFirst()
    probed = resource.probe()
    for metric in [probed] if isinstance(probed, Metric) else probed:
        results.add(by_name[metric.context].evaluate(metric, resource))
    return int(results.most_significant_state), [str(result.hint) for result in results.problems()]
