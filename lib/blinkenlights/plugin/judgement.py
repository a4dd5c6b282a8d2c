"""One table of problems for each report, from which its state, its words and its figures follow.

nagiosplugin does the judging: a metric for each number, a context that says what the number means,
and the results. What is mended here: it ranks UNKNOWN above CRITICAL and names one problem only.
Its Check and Runtime are not used: they cost half of a check's time to import, there is one Runtime
a process, its timeout can be swallowed, and it prints numbers with str().
"""

from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence

from blinkenlights.plugin.answer import Figure
from blinkenlights.plugin.nagios import (
    Context,
    Metric,
    Ok,
    Range,
    Resource,
    Result,
    Results,
    ServiceState,
    Unknown,
)
from blinkenlights.plugin.ranges import written
from blinkenlights.plugin.verdict import BY_WORD, ORDER, grade
from blinkenlights.plugin.words import plain


class Within:
    """Ranges that a number must lie within; without any it is never bad, and NaN is never good."""

    def __init__(
        self,
        warning: Range | None,
        critical: Range | None,
        show: Callable[[float], str] = plain,
    ) -> None:
        """Take two ranges, and what writes their ends in the words of the number."""
        self.warning = warning
        self.critical = critical
        self.show = show


class Problem:
    """One thing that may be wrong, and what is said when it is."""

    # No NamedTuple: to define one costs every check 0.15 ms.
    def __init__(
        self,
        name: str,
        state: ServiceState | Within,
        number: float | None,
        words: str | Callable[[], str],
        lines: Iterable[str] = (),
        *,
        counts_as: ServiceState | None = None,
        rank: int = 0,
        is_judged: bool = True,
    ) -> None:
        """Take what is said of it.

        Args:
            name: Names its figure.
            state: What it is when its number is not 0; or the ranges that decide.
            number: How many, or how much; None when that is not known.
            words: For line 1, without the range that the number left; asked only when it is wrong.
            lines: For -v, one for each that is concerned, without their state. Read once.
            counts_as: What the user takes it for when it is wrong; None for its state. Lines keep
                their state.
            rank: Of lines of the same state, those of a lower rank come first.
            is_judged: Whether anything follows from the number beside a figure.
        """
        self.name = name
        self.state = state
        self.number = number
        self.words = words
        self.lines = lines
        self.counts_as = counts_as
        self.rank = rank
        self.is_judged = is_judged

    def evaluate(self) -> tuple[ServiceState, str]:
        """Return the state of the number, and in words the range that it left."""
        state = self.state
        if isinstance(state, Within):
            return grade(self.number, state.warning, state.critical, state.show)
        return (Ok if self.number == 0 else state), ""

    def said(self) -> str:
        """Return what line 1 says of it when it is wrong."""
        return self.words if isinstance(self.words, str) else self.words()


class Judgement:
    """What comes of a table of problems."""

    def __init__(self, problems: Sequence[Problem], blind: str = "") -> None:
        """Judge each problem, in the order in which line 1 names those of one state.

        When there is a reason why nothing can be judged, `blind`, it is all that is said, and no
        figure shows a problem.
        """
        self._is_blind = bool(blind)
        self._problems = {problem.name: problem for problem in problems}
        judged = [] if blind else [problem for problem in problems if problem.is_judged]
        results = _WorstFirst(*[_result(problem) for problem in judged])
        self.code = int(results.most_significant_state)
        self.summary = blind or "; ".join(results.problems())
        """Line 1 when something is wrong, worst first; else empty."""

    def excused(self, *names: str) -> str:
        """Return the words, each after a semicolon, of those problems that the user takes for OK.

        They belong behind what is said when nothing is wrong: what is not there is named all the
        same. Without any it is empty.
        """
        problems = [] if self._is_blind else [self._problems[name] for name in names]
        return "".join(
            f"; {problem.said()}"
            for problem in problems
            if problem.counts_as is Ok and problem.evaluate()[0] is not Ok
        )

    def lines(self) -> list[str]:
        """Return the lines of all problems for -v, each with its state, worst first."""
        judged = [problem for problem in self._problems.values() if problem.is_judged]
        told = sorted(
            ((problem.evaluate()[0], problem) for problem in judged),
            key=lambda each: (ORDER.index(each[0]), each[1].rank),
        )
        return [
            line if state is Ok else f"{str(state).upper()}: {line}"
            for state, problem in told
            for line in problem.lines
        ]

    def figure(self, name: str, label: str = "", unit: str = "", most: str = "") -> Figure:
        """Return the number of a problem with its ranges, as performance data has it."""
        problem = self._problems[name]
        warning = critical = None
        if isinstance(problem.state, Within):
            warning, critical = problem.state.warning, problem.state.critical
        limits = written(warning), written(critical)
        number = 0 if self._is_blind else problem.number
        return Figure(label or name, number, unit, *limits, "0", most)

    def number(self, *names: str) -> float:
        """Return the numbers of some problems together."""
        if self._is_blind:
            return 0
        return sum(self._problems[name].number or 0 for name in names)


class Wanted:
    """How to answer, whatever is asked about."""

    def __init__(
        self, missing: ServiceState | None, *, is_filtered: bool, verbose: int, json: bool
    ) -> None:
        """Take what the user wants.

        Args:
            missing: What it means when something asked for is not there; None for the usual.
            is_filtered: Whether it was asked about less than all there is.
            verbose: How often -v was given.
            json: Whether a program reads the answer.
        """
        self.missing = missing
        self.is_filtered = is_filtered
        self.verbose = verbose
        self.json = json

    @property
    def details(self) -> bool:
        """Whether lines beyond the first are wanted."""
        return bool(self.verbose or self.json)


def wanted(given: Namespace, *, is_filtered: bool) -> Wanted:
    """Return from the options of a check how to answer."""
    missing = BY_WORD[given.missing] if given.missing else None
    return Wanted(missing, is_filtered=is_filtered, verbose=given.verbose, json=given.json)


def doubts(sentences: Sequence[str], rank: int = 0, tail: str = "") -> Problem:
    """Return the problem that what looks alive may not be, with the reasons for it.

    `tail` says on line 1 whom that concerns.
    """
    words = "; ".join(sentences) + tail
    return Problem("doubts", Unknown, len(sentences), words, sentences, rank=rank)


class _Rule(Context):
    """Judges the number of a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem

    def evaluate(self, metric: Metric, resource: Resource) -> Result:
        """Return OK, or what the problem is with its words and the range that was left."""
        del resource
        problem, (state, limit) = self.problem, self.problem.evaluate()
        if state is not Ok and problem.counts_as is not None:
            state = problem.counts_as
        if state is Ok:
            return Result(Ok, metric=metric)
        return Result(state, f"{problem.said()}{limit}", metric)


class _WorstFirst(Results):
    """Results that rank CRITICAL above UNKNOWN above WARNING."""

    @property
    def most_significant_state(self) -> ServiceState:
        """Return the worst state there is; UNKNOWN when nothing was judged."""
        return next((state for state in ORDER if self.by_state.get(state)), Unknown)

    def problems(self) -> list[str]:
        """Return the words for all that is not OK, worst first."""
        return [str(result.hint) for state in ORDER[:-1] for result in self.by_state.get(state, ())]


def _result(problem: Problem) -> Result:
    return Metric(problem.name, problem.number, contextobj=_Rule(problem)).evaluate()
