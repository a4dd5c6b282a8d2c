"""`blinkenlights rules show`: what rules make of what is in the store now, with every value."""

from argparse import Namespace
from collections.abc import Mapping, Sequence

from blinkenlights.alert.seeing import said_blind
from blinkenlights.clock import wall_clock
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.rules.folder import add_folder, followed, path_of
from blinkenlights.commands.stores import add_store
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.globs import matcher
from blinkenlights.kinds.rows import Fact
from blinkenlights.plugin.settings import store_settings
from blinkenlights.plugin.words import count, span
from blinkenlights.rules.evaluation import Evaluation, Found, Looked
from blinkenlights.rules.judged import Judged, Outcome
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.template import shown
from blinkenlights.store.reader import StoreReader

STORE_SECONDS = 30.0
HEADERS = ("RULE", "THING", "IS", "ALERT", "WHY", "VALUES")
_ORDER: Sequence[Outcome] = ("critical", "warning", "missing", "doubtful", "well", "ended")


def add_parser(actions: SubParsers) -> None:
    """Add the subcommand."""
    parser = actions.add_parser(
        "show",
        help="say what would fire now, and why",
        description="Judge rules over what is in the store now, as the evaluator does, and say "
        "what comes of each thing, why, and every value that was looked at. Without RULE only what "
        "is not well is listed. Nothing is told to anybody and nothing is kept: for how long a "
        "limit is left already, only the evaluator knows.",
        epilog="example: blinkenlights rules show 'queue*' --thing 'web1.*'",
        allow_abbrev=False,
    )
    parser.add_argument("rule", metavar="RULE", nargs="?", help="a name or a glob (default: all)")
    parser.add_argument("--thing", metavar="GLOB", default="*", help="these things only")
    add_folder(parser)
    add_store(parser)
    add_config(parser)
    add_json(parser)


def run(options: Namespace) -> int:
    """Show them; returns 0. Raises UsageError, ConfigError, StoreError."""
    collection = followed(path_of(options), options.rule or "*")
    settings, now = store_settings(options), wall_clock()
    evaluation = Evaluation()
    evaluation.follow(collection.rules)
    with StoreReader(settings.address(), STORE_SECONDS, settings.ca_file) as store:
        looked = evaluation.look(store, now)
    wanted = matcher([options.thing])
    found = [each for each in evaluation.all_found() if wanted(each.thing.name)]
    if not options.rule:
        found = [each for each in found if each.judged.outcome not in ("well", "ended")]
    found.sort(
        key=lambda each: (_ORDER.index(each.judged.outcome), each.rule.name, each.thing.name)
    )
    if options.json:
        say_json(_plain(found, looked, now))
        return 0
    say(*map(str, collection.problems))
    if looked.blind:
        say(said_blind(looked.blind))
    if looked.deaf:
        say(f"not all can be judged: {looked.deaf}")
    if found:
        say_table(HEADERS, [_row(each) for each in found])
    say(_summary(looked, len(collection.rules)))
    return 0


def alert_of(rule: Rule, judged: Judged) -> str:
    """Return what becomes of an alert when this lasts."""
    match judged.outcome:
        case "warning" | "critical":
            return _fires(rule, judged.outcome)
        case "missing":
            return "stays as it is" if rule.missing == "keep" else _fires(rule, rule.missing)
        case "doubtful":
            return "stays as it is"
        case "ended":
            return "ends"
    if not judged.recovers:
        return "fires on, if it does"
    return f"ends after {span(rule.keep)}, if it fires" if rule.keep else "none"


def values_in_words(values: Mapping[str, Fact]) -> str:
    """Return values on one line: `value=120 tags.env=prod`."""
    return " ".join(f"{name}={shown(value)}" for name, value in values.items())


def _fires(rule: Rule, level: str) -> str:
    return f"fires {level} after {span(rule.wait)}" if rule.wait else f"fires {level}"


def _row(found: Found) -> tuple[str, ...]:
    rule, thing, judged, _ = found
    return (
        rule.name,
        thing.name,
        judged.outcome,
        alert_of(rule, judged),
        judged.why or thing.sentence,
        values_in_words(judged.values),
    )


def _summary(looked: Looked, rules: int) -> str:
    counted = looked.counted.values()
    nothing = [name for name, each in looked.counted.items() if not each.things]
    about = f"{count(rules, 'rule')}, {count(looked.things, 'thing')}"
    parts = [
        f"{number} {word}"
        for word, number in (
            ("missing", sum(each.missing for each in counted)),
            ("doubtful", sum(each.doubtful for each in counted)),
        )
        if number
    ]
    if nothing:
        parts.append(f"about nothing: {', '.join(sorted(nothing))}")
    return "; ".join([about, *parts])


def _plain(found: Sequence[Found], looked: Looked, now: float) -> Mapping[str, object]:
    return {
        "at": now,
        "blind": looked.blind,
        "deaf": looked.deaf,
        "rules": {name: each._asdict() for name, each in looked.counted.items()},
        "found": [
            {
                "rule": each.rule.name,
                "subject": each.thing.subject,
                "thing": each.thing.name,
                "outcome": each.judged.outcome,
                "alert": alert_of(each.rule, each.judged),
                "why": each.judged.why,
                "recovers": each.judged.recovers,
                "sentence": each.thing.sentence,
                "values": dict(each.judged.values),
                "judged_up_to": each.up_to,
            }
            for each in found
        ],
    }
