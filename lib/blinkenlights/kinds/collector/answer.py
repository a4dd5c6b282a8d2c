"""What check_collector answers for collectors and their store."""

from blinkenlights.kinds.collector.words import Collectors
from blinkenlights.plugin.answer import Answer, Figure
from blinkenlights.plugin.condition import Memory
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.judgement import Judgement, Problem, Within
from blinkenlights.plugin.nagios import Critical, Range, Unknown, Warn
from blinkenlights.plugin.reports import REPORT_LIMIT
from blinkenlights.plugin.sentences import OLD_EVIDENCE
from blinkenlights.plugin.words import clean, plain, span

Pair = tuple[Range | None, Range | None]
"""The range to warn of and the one that is critical."""


class Limits:
    """The ranges for what is judged."""

    def __init__(
        self,
        *,
        lag: Pair,
        backlog: Pair,
        rejects: Pair,
        memory: Pair,
        names: Pair = (None, None),
        new_names: Pair = (None, None),
    ) -> None:
        """Take ranges of seconds, messages, messages a minute, percent, names, names a minute."""
        self.lag = lag
        self.backlog = backlog
        self.rejects = rejects
        self.memory = memory
        self.names = names
        self.new_names = new_names


def answer(horizon: Horizon, memory: Memory, limits: Limits, address: str) -> Answer:
    """Return what is to be said of the collectors, and of the store at `address`."""
    state = Collectors(horizon, memory)
    judgement = Judgement(_problems(state, limits))
    return Answer(
        "collector",
        judgement.code,
        _dated(judgement.summary, state) or state.all_well(),
        [*horizon.details, f"store {address}: {state.memory_used()}"],
        _figures(state, judgement),
        {
            "collectors": [one._asdict() for one in horizon.collectors],
            "sources": [one._asdict() for one in horizon.sources.values()],
            "gaps": {
                source: [gap._asdict() for gap in gaps] for source, gaps in horizon.gaps.items()
            },
            "store_born": horizon.born,
        },
    )


def _dated(summary: str, state: Collectors) -> str:
    """Return what is wrong with its date in front where the reports that say so are old."""
    age = state.report_age or 0.0
    if not summary or not state.running or age <= OLD_EVIDENCE:
        return summary
    return f"as of {span(age)} ago: {summary}"


def _problems(state: Collectors, limits: Limits) -> list[Problem]:
    """Return all that may be wrong, in the order to say it."""
    horizon, memory = state.horizon, state.memory
    running, ailing = state.running, state.ailing
    rejects = state.sum("rejects_per_minute")
    return [
        Problem("full", Critical, int(state.is_full), state.full),
        Problem("refusing", Critical, int(state.is_refusing), state.unsaved),
        Problem(
            "none_running",
            Critical,
            int(not running or not horizon.sources),
            horizon.blind or "no collector runs",
        ),
        Problem("down", Warn, len(state.missed) if running else 0, state.not_running),
        Problem("missing", Warn, len(state.losses), state.missing),
        Problem("ailing", Warn, len(ailing), state.errors),
        Problem("onward", Warn, len(state.held_up), state.not_sent_on),
        Problem(
            "unsaved", Warn, int(bool(memory.unsaved) and not state.is_refusing), state.unsaved
        ),
        Problem(
            "evicting",
            Warn,
            int(bool(memory.maximum) and memory.policy != "noeviction"),
            "the store may drop components to save memory: maxmemory-policy is "
            f"{clean(memory.policy)}, must be noeviction",
        ),
        # As those that depend on this one say, so that it speaks in place of all of them.
        Problem("learning", Unknown, int(horizon.learning_left > 0), state.learning),
        Problem(
            "backlog",
            Within(*limits.backlog),
            state.backlog,
            lambda: f"backlog {state.backlog} messages {span(state.report_age or 0.0)} ago",
            is_judged=bool(running),
        ),
        Problem(
            "rejects",
            Within(*limits.rejects),
            rejects,
            f"{plain(round(rejects, 2))} rejected in the last minute (see blinkenlights rejected)",
            is_judged=bool(running),
        ),
        Problem(
            "lag",
            Within(*limits.lag, span),
            state.lag_of_connected,
            state.furthest_behind,
            is_judged=bool(running and state.connected),
        ),
        # Whatever else is heard, the checks that depend on this one are UNKNOWN because of it.
        Problem(
            "away",
            Within(*limits.lag, span),
            state.away_for,
            lambda: state.not_heard(state.away),
            is_judged=bool(running and state.away),
        ),
        Problem("back", Critical, len(state.just_back) if running else 0, state.back),
        Problem(
            "closed",
            Within(limits.lag[0], None, span),
            state.closed_for,
            lambda: state.not_heard(state.closed),
            is_judged=bool(running and state.closed),
        ),
        Problem(
            "names",
            Within(*limits.names),
            state.names,
            lambda: f"{state.names} names in the store",
            is_judged=bool(running),
        ),
        Problem(
            "new_names",
            Within(*limits.new_names),
            state.sum("new_names_per_minute"),
            lambda: f"{state.sum('new_names_per_minute'):.0f} new names in the last minute",
            is_judged=bool(running),
        ),
        Problem(
            "memory",
            Within(*limits.memory, lambda limit: f"{plain(limit)}%"),
            state.memory_percent,
            lambda: f"store memory now {state.memory_used()}",
            is_judged=bool(memory.maximum) and not state.is_full,
        ),
    ]


def _figures(state: Collectors, judgement: Judgement) -> list[Figure]:
    memory, known = state.memory, len(state.horizon.collectors)
    return [
        Figure("running", len(state.running), least="0", most=str(known)),
        Figure("report_age", state.report_age, "s", "", plain(REPORT_LIMIT), "0"),
        judgement.figure("lag", unit="s")._replace(value=state.lag),
        judgement.figure("backlog"),
        judgement.figure("rejects", "rejects_per_minute"),
        Figure("stored_per_second", round(state.sum("stored_per_second"), 2), least="0"),
        Figure("dropped", state.sum("dropped"), least="0"),
        Figure("store_memory", memory.used, "B", least="0", most=str(memory.maximum or "")),
        judgement.figure("memory", "store_memory_percent", "%", "100"),
        judgement.figure("names"),
        judgement.figure("new_names", "new_names_per_minute"),
    ]
