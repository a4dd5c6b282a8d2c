"""`blinkenlights rules when`: when a rule would have fired, by what the store has kept."""

from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterable, Mapping, Sequence

from blinkenlights.clock import wall_clock
from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.rules.folder import add_folder, followed, path_of
from blinkenlights.commands.rules.known_in_part import (
    Part,
    is_known,
    nothing_kept,
    refuse_what_was_expected,
)
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.durations import seconds_in
from blinkenlights.errors import UsageError
from blinkenlights.globs import matcher
from blinkenlights.kinds.rows import Span
from blinkenlights.plugin.settings import store_settings
from blinkenlights.plugin.words import count, span
from blinkenlights.rules.evaluation import Evaluation
from blinkenlights.rules.firings import Fired, fired_of
from blinkenlights.rules.judging import names_of
from blinkenlights.rules.past import Kept, Now
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.things import Present
from blinkenlights.store.reader import StoreReader

STORE_SECONDS = 30.0
MOST_THINGS = 500
"""Each takes a tenth of a second for a day."""
MOST_PARTS = 5
DAY = 86_400.0
HEADERS = ("THING", "FIRED", "LEVEL", "OVER", "LASTED", "WHY")
_SPANS: Sequence[tuple[float, Span, float]] = (
    (3600.0, "hour", 15.0),
    (DAY, "day", 60.0),
    (30 * DAY, "month", 3600.0),
)
"""Seconds up to which a span serves, the span, and from one look at it to the next."""


def add_parser(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "when",
        help="say when a rule would have fired",
        description="Judge a rule over the numbers that the store has kept, step by step, and say "
        "when it would have fired and for how long. Each slot is kept as lowest, mean, highest and "
        "last number: for the last hour some seconds, for a day a minute, beyond that an hour. "
        "Of a state it is known since when it is as it is now, of facts and age what came last: "
        "from then on a rule is judged by them, and what is not known before is said.",
        epilog="example: blinkenlights rules when 'queue is long' --last 24h",
        allow_abbrev=False,
    )
    parser.add_argument("rule", metavar="RULE", help="its name")
    parser.add_argument("--thing", metavar="GLOB", default="*", help="these things only")
    parser.add_argument(
        "--last", metavar="TIME", type=_last, default=DAY, help="over what: 1h, 24h, 30d (24h)"
    )
    add_folder(parser)
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Say it; returns 0. Raises UsageError, ConfigError, StoreError."""
    rules = followed(path_of(options), options.rule).rules
    if options.rule not in rules:
        raise UsageError(f"{options.rule!r} is no name of one rule")
    rule = rules[options.rule]
    refuse_what_was_expected(rule)
    settings, now = store_settings(options), wall_clock()
    spans, every = next((name, each) for most, name, each in _SPANS if options.last <= most)
    with StoreReader(settings.address(), STORE_SECONDS, settings.ca_file) as store:
        things = _things(rule, store, now, options.thing)
        present = Present(store, now)
        kept = {name: present.kept(rule.selector.subject, name, spans) for name in things}
        # What is not stored yet is of nobody's past: ages are as of then.
        up_to = present.up_to(rule.selector.subject)
    names = names_of(rule)
    nows = {name: Now(thing, up_to, names) for name, thing in things.items()}
    known = {name: each for name, each in kept.items() if is_known(nows[name], each)}
    if not known:
        raise UsageError(nothing_kept(rule, len(things)))
    start = _start(known.values(), now - options.last)
    fired = [
        each
        for name in known
        for each in fired_of(rule, nows[name], known[name], (start, now), every)
    ]
    parts = [
        Part(name, from_, nows[name].unkept(known[name], start))
        for name in known
        if (from_ := nows[name].known_from(known[name])) > start
    ]
    fired.sort(key=lambda each: (each.at, each.thing))
    if options.json:
        say_json(
            {
                "rule": rule.name,
                "from": start,
                "to": now,
                "every": every,
                "things": sorted(known),
                "known_in_part": [each._asdict() for each in parts],
                "unknown": sorted(things.keys() - known.keys()),
                "fired": [each._asdict() for each in fired],
            }
        )
        return 0
    if fired:
        say_table(HEADERS, [_row(each, now) for each in fired])
    say(*(each.in_words for each in parts[:MOST_PARTS]))
    if len(parts) > MOST_PARTS:
        say(f"and so for {count(len(parts) - MOST_PARTS, 'more thing')}")
    left = len(things) - len(known)
    if left:
        say(f"of {count(left, 'more thing')} nothing is kept that {rule.name} looks at")
    say(_summary(rule, fired, len(known), (start, now), every))
    return 0


def _things(rule: Rule, store: StoreReader, now: float, glob: str) -> Mapping[str, Thing]:
    evaluation = Evaluation()
    evaluation.follow({rule.name: rule})
    evaluation.look(store, now)
    wanted = matcher([glob])
    found = {
        each.thing.name: each.thing for each in evaluation.all_found() if wanted(each.thing.name)
    }
    if len(found) > MOST_THINGS:
        raise UsageError(
            f"{rule.name} is about {len(found):,} things, and at most {MOST_THINGS} are judged at "
            f"once; choose some with --thing"
        )
    return found


def _start(kept: Iterable[Kept], wanted: float) -> float:
    """Return from when on something is kept."""
    kept = list(kept)
    if not all(each.points for each in kept):
        return wanted
    return max(wanted, min(each.points[0].time for each in kept))


def _row(fired: Fired, now: float) -> tuple[str, ...]:
    over = "fires on" if fired.over is None else written(fired.over)
    if fired.how == "ended":
        over = f"{over} (ended)"
    return (
        fired.thing,
        written(fired.at),
        fired.level,
        over,
        span(round((fired.over or now) - fired.at)),
        fired.why,
    )


def _summary(
    rule: Rule, fired: Sequence[Fired], things: int, between: tuple[float, float], every: float
) -> str:
    of = len({each.thing for each in fired})
    times = f"have fired {count(len(fired), 'time')} for {of} of {count(things, 'thing')}"
    what = times if fired else "never have fired"
    start, end = map(written, between)
    return f"{rule.name} would {what} from {start} to {end}, judged every {span(every)}"


def _last(text: str) -> float:
    try:
        seconds = seconds_in(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if not 0 < seconds <= _SPANS[-1][0]:
        raise ArgumentTypeError(f"{text!r} is not between 1s and 30d")
    return seconds
