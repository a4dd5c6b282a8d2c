"""Everything that the page, the API and /metrics show, judged at one moment.

The judging is that of `blinkenlights.plugin`, as for the checks, so that no two of them can
disagree. Facts are read from the store; no verdict is ever kept.
"""

from collections.abc import Sequence

import msgspec
from msgspec import structs

from blinkenlights.alert.looking_up import told_of
from blinkenlights.errors import StoreAnswer
from blinkenlights.globs import is_glob
from blinkenlights.kinds.state import Status
from blinkenlights.kinds.view_context import HORIZON_COMMANDS, ViewContext
from blinkenlights.plugin import condition
from blinkenlights.plugin.collection import Collection
from blinkenlights.plugin.horizon import Horizon
from blinkenlights.plugin.words import clean
from blinkenlights.store import layout
from blinkenlights.store.reader import Command, Reply, StoreReader
from blinkenlights.store.report import Sample
from blinkenlights.web.about import thing_of
from blinkenlights.web.drawn_numbers import large_curves, with_bands
from blinkenlights.web.sections import section_of, worst
from blinkenlights.web.shown import Collector, Detail, Filters, Queue, Section, Snapshot
from blinkenlights.web.views import Displayed, shown

_COMMANDS: tuple[Command, ...] = (
    *HORIZON_COMMANDS,
    ("LRANGE", layout.SAMPLES, 0, -1),
    ("HGETALL", layout.COUNTERS),
    *condition.COMMANDS,
)
_BY_CODE: tuple[Status, ...] = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_REJECTED = "rejected:"
_NOTHING_KNOWN = "nobody has sent anything yet, and nothing was declared"


def take(store: StoreReader, now: float, filters: Filters) -> Snapshot:
    """Return everything that matches `filters`, judged now; raises a StoreError."""
    *replies, samples, counters, memory, persistence = store.ask(*_COMMANDS)
    context = ViewContext(store, now, replies, filters.only_source)
    horizon = context.horizon(None)
    sections = [
        section
        for each in shown(context, filters.kind)
        if _has_something(section := section_of(each, context, filters), filters)
    ]
    collection = condition.Condition(horizon, condition.read_memory(memory + persistence))
    doubts = context.doubts(horizon)
    if doubts and collection.trouble:
        doubts = [collection.trouble, *doubts]
    there = [section for section in sections if _is_there(section)]
    if filters.name and there:
        # What is away beside the sources of these is no doubt about them.
        doubts = list(dict.fromkeys(doubt for section in there for doubt in section.doubts))
    if not sections and not doubts and not _narrowed(filters):
        doubts = [_NOTHING_KNOWN]
    if filters.name and not there:
        doubts = [*doubts, _not_there(filters.name)]
    states = [section.status for section in sections]
    sees_all = filters.only_source is None
    return Snapshot(
        made=now,
        judged_at=horizon.low_watermark,
        doubts=doubts,
        status=worst([*states, "UNKNOWN"] if doubts else states),
        sections=sections,
        rejected=_samples(samples) if sees_all else [],
        rejected_counts=_rejected(counters) if sees_all else {},
        collectors=_collectors(collection) if sees_all else [],
        queues=_queues(horizon) if sees_all else [],
        collecting=_BY_CODE[int(collection.state)],
        missed=context.missed(horizon, list(horizon.sources)) if sees_all else [],
    )


def one(store: StoreReader, now: float, subject: str, name: str, filters: Filters) -> Detail | None:
    """Return one thing; None when it is not known, or not for the asker; raises a StoreError.

    Of `filters` only `only_source` counts.
    """
    context = ViewContext(store, now, store.ask(*HORIZON_COMMANDS), filters.only_source)
    for each in shown(context, subject):
        detail = _detail(each, context, name)
        if detail is None:
            return None
        others = (other.view for other in shown(context) if other.view.subject != subject)
        return structs.replace(
            detail, namesakes=[row for view in others for row in view.rows([name]).values()]
        )
    return None


def _detail(each: Displayed, context: ViewContext, name: str) -> Detail | None:
    view = each.view
    row = view.rows([name]).get(name)
    if row is None:
        return None
    history = view.history(name)
    horizon = view.heard([name])
    about = thing_of(context, history.about)
    silence = each.display.silence
    return Detail(
        made=context.now,
        judged_at=horizon.low_watermark,
        doubts=context.doubts(horizon),
        row=row,
        minutes=history.minutes,
        processes=history.processes,
        missed=history.missed,
        in_flight=list(history.in_flight),
        curves=[
            *with_bands(context, view.subject, name, history),
            *large_curves(each, context, name),
            *about.curves,
        ],
        about=about.row,
        parts=list(history.parts),
        told=told_of(context.store, silence(name)) if silence else [],
        episode=history.episode,
    )


def _has_something(section: Section, filters: Filters) -> bool:
    is_found = bool(filters.name) and _is_there(section)
    return bool(section.total or section.together or filters.kind or is_found)


def _is_there(section: Section) -> bool:
    """Return whether somebody has the name that was asked for, in whatever state."""
    return bool(section.total or any(section.counts.values()))


def _not_there(name: str) -> str:
    """Return what is to be said of a name that nobody has, which is no good news of it."""
    return f"nothing matches {clean(name)}" if is_glob(name) else f"{clean(name)} is not known"


def _narrowed(filters: Filters) -> bool:
    return bool(filters.kind or filters.name or filters.state or filters.only_source is not None)


def _samples(texts: Sequence[str]) -> list[Sample]:
    try:
        return [msgspec.json.decode(text, type=Sample).masked() for text in texts]
    except msgspec.DecodeError as error:
        raise StoreAnswer(f"{layout.SAMPLES} holds something that is not ours: {error}") from error


def _rejected(pairs: Reply) -> dict[str, int]:
    counts = {
        name.removeprefix(_REJECTED): int(count)
        for name, count in zip(pairs[::2], pairs[1::2], strict=True)
        if name.startswith(_REJECTED)
    }
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def _collectors(collection: Collection) -> list[Collector]:
    known = collection.horizon.collectors
    return [
        Collector(
            name=each.name,
            running=each.running,
            condition=each.condition or each.onward,
            age=round(each.age, 3),
            stored_per_second=each.stored_per_second,
            rejects_per_minute=each.rejects_per_minute,
            dropped=each.dropped,
            missed=each in collection.missed,
            names=each.names,
            new_names_per_minute=each.new_names_per_minute,
        )
        for each in sorted(known, key=lambda each: (each.running, each.name))
    ]


def _queues(horizon: Horizon) -> list[Queue]:
    return [
        Queue(
            id=each.id,
            kind=each.kind,
            address=each.address,
            connected=each.connected,
            watermark=each.watermark,
            ready=each.ready,
            error=each.error,
        )
        for each in sorted(
            horizon.sources.values(), key=lambda each: (each.connected, each.address)
        )
    ]
