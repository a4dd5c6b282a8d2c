"""check_expected_rate: which clients, sources or metrics are far from what is usual now."""

import argparse

from blinkenlights.clock import Clock
from blinkenlights.expected.shortfall import Question
from blinkenlights.globs import is_glob
from blinkenlights.kinds.expected.answer import Limits, answer
from blinkenlights.kinds.expected.found import Asked, Surveyed
from blinkenlights.kinds.expected.read import SETTINGS, kept_of, read_settings
from blinkenlights.kinds.expected.survey import Survey
from blinkenlights.kinds.learnable import Learnable
from blinkenlights.plugin import deadline, ranges
from blinkenlights.plugin.answer import Answer
from blinkenlights.plugin.horizon import COMMANDS, read_horizon
from blinkenlights.plugin.judgement import wanted
from blinkenlights.plugin.nagios import ServiceState, Unknown
from blinkenlights.plugin.options import STATES, OptionParser, add_common_options
from blinkenlights.plugin.settings import store_address
from blinkenlights.store.reader import StoreReader

EXAMPLES = """\
  check_expected_rate
  check_expected_rate --client anna --below 50% --for 15m
  check_expected_rate --source metpx --below 80%,50% --for 1h
  check_expected_rate --metric 'www.latency*' --above 200%
  check_expected_rate --client '*' --unusual
"""
FOR = 600.0
LONGEST = 86400.0
BELOW = 0.5
SCORE = 0.5
MOST_SERIES = 10_000
"""That are judged in one check; each takes a tenth of a millisecond and 2 KB."""

Shares = tuple[float | None, float | None]


def options() -> argparse.ArgumentParser:
    """Return the table of options."""
    parser = OptionParser(
        "expected_rate",
        "Checks that clients, sources or metrics are as they usually are at this hour, as the "
        "collector has learned it: not below or above a share of what is expected, and not "
        "unusual. What cannot be told from chance is said, and never guessed.",
        EXAMPLES,
    )
    which = parser.add_argument_group("which series (default: every client)")
    for name, noun in (("client", "client"), ("source", "source"), ("metric", "metric")):
        which.add_argument(
            f"--{name}",
            metavar="GLOB",
            action="append",
            default=[],
            help=f"{noun} or glob; repeatable (default: "
            f"{'all, unless --source or --metric is given' if name == 'client' else 'none'})",
        )
    limits = parser.add_argument_group("what is asked (default: --below 50%)")
    for name, usual in (("below", "50%%, unless --above or --unusual is given"), ("above", "none")):
        limits.add_argument(
            f"--{name}",
            metavar="PERCENT[,PERCENT]",
            type=_shares,
            default=(None, None),
            help=f"critical {name} this share of what is expected; of two, the first is a warning "
            f"(default: {usual})",
        )
    limits.add_argument(
        "-w",
        "--warning",
        metavar="RANGE",
        help="warn when so many series are off (default: as each of them is)",
    )
    limits.add_argument(
        "-c",
        "--critical",
        metavar="RANGE",
        help="critical when so many are off (default: as each of them is)",
    )
    limits.add_argument(
        "--unusual",
        metavar="SCORE",
        nargs="?",
        type=_score,
        const=SCORE,
        help="warn of what was never seen so before, above 0 up to 1; it is told for an hour, once "
        "an episode (default: not asked; without SCORE 0.5)",
    )
    limits.add_argument(
        "--for",
        metavar="TIME",
        dest="over",
        type=_span,
        default=FOR,
        help="over which time it is added up, from 1m to 1d (default: 10m)",
    )
    limits.add_argument(
        "--direction",
        metavar="WHICH",
        choices=("low", "high", "both"),
        default="low",
        help="what is unusual: low, high or both (default: low)",
    )
    limits.add_argument(
        "--missing",
        metavar="STATE",
        choices=STATES,
        help="state for what is not there, not learned, or silent and cannot be judged: ok, "
        "warning, critical or unknown (default: unknown)",
    )
    add_common_options(parser)
    return parser


def check(parser: argparse.ArgumentParser, given: argparse.Namespace, clock: Clock) -> Answer:
    """Return the answer to the given options; raises a BlinkenlightsError when there is none."""
    if bool(given.client) + bool(given.source) + bool(given.metric) > 1:
        parser.error("give one of --client, --source and --metric")
    globs = given.client or given.source or given.metric or ["*"]
    learnable = _learnable("source" if given.source else "metric" if given.metric else "client")
    asked = _asked(parser, given)
    number = ranges.pair(parser, ranges.SHORT, (given.warning, given.critical), ranges.value_range)
    limits = Limits(*number)
    address, ca_file = store_address(given)
    deadline.busy_with(f"connecting to the store at {address}")
    with StoreReader(address, given.timeout, ca_file) as store:
        deadline.busy_with(f"waiting for the store at {address}")
        replies = store.ask(*COMMANDS, *SETTINGS)
        horizon = read_horizon(replies[: len(COMMANDS)], clock(), learnable.kind)
        learning = read_settings(replies[len(COMMANDS) :])
        how = wanted(given, is_filtered="*" not in globs)
        names = learnable.names(store, globs)
        missing = [each for each in globs if not is_glob(each) and not _is_met(each, names)]
        if horizon.blind:
            return answer(Surveyed([], missing, learnable, asked), horizon, limits, how)
        if learning is None:
            return _nothing_learned(how.missing)
        if len(names) > MOST_SERIES:
            parser.error(f"{len(names)} series match, at most {MOST_SERIES} are judged: name fewer")
        kept = kept_of(store, learnable.sort, names, learning.zone)
        found = Survey(store, learnable, horizon, learning=learning, asked=asked).of(names, kept)
    return answer(Surveyed(found, missing, learnable, asked), horizon, limits, how)


def _asked(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Asked:
    below: Shares = given.below
    above: Shares = given.above
    if not any((*below, *above, given.unusual)):
        below = (None, BELOW)
    if below[0] and below[1] and below[0] < below[1]:
        parser.error("--below: the first share warns, and is the larger one; write 80%,50%")
    if above[0] and above[1] and above[0] > above[1]:
        parser.error("--above: the first share warns, and is the smaller one; write 150%,200%")
    if any(share and share >= 1 for share in below):
        parser.error("--below: a share is below what is expected, so below 100%; write 50%")
    if any(share and share <= 1 for share in above):
        parser.error("--above: a share is above what is expected, so above 100%; write 200%")
    warning, critical = (
        [
            Question(share, given.over, above=is_above)
            for share, is_above in ((below[place], False), (above[place], True))
            if share
        ]
        for place in (0, 1)
    )
    return Asked(critical, warning, given.over, given.unusual, given.direction)


def _learnable(sort: str) -> Learnable:
    # Each check pays for what it imports: of two kinds it needs one.
    if sort == "metric":
        from blinkenlights.kinds.metric.learnable import LEARNABLES  # noqa: PLC0415

        return LEARNABLES[0]
    from blinkenlights.kinds.transfer.learnable import LEARNABLES as FLOWS  # noqa: PLC0415

    return next(each for each in FLOWS if each.sort == sort)


def _is_met(name: str, names: list[str]) -> bool:
    return name in names or any(each.startswith((f"{name}@", f"{name}{{")) for each in names)


def _nothing_learned(missing: ServiceState | None) -> Answer:
    code = int(Unknown if missing is None else missing)
    words = "nothing is learned yet: a collector does it once an interval; see [expected]"
    return Answer("expected_rate", code, words)


def _shares(text: str) -> Shares:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) > 2:  # noqa: PLR2004 - a warning and a critical one
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; write 50% or 80%,50%")
    shares = [_share(part, text) for part in parts]
    return (None, shares[0]) if len(shares) == 1 else (shares[0], shares[1])


def _share(part: str, text: str) -> float:
    try:
        share = float(part.removesuffix("%")) / 100
    except ValueError:
        share = 0.0
    if not 0 < share <= 100:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not a share; write 50% or 80%,50%")
    return share


def _score(text: str) -> float:
    try:
        score = float(text)
    except ValueError:
        score = 0.0
    if not 0 < score <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a score above 0 and up to 1")
    return score


def _span(text: str) -> float:
    seconds = ranges.duration(text)
    if not 60 <= seconds <= LONGEST:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"{text!r} is not between 1m and 1d")
    return seconds
