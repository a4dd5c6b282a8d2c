"""check_collector and those that depend on it, for whatever collectors say of their sources."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from blinkenlights.plugin.blindness import WATERMARK_LIMIT
from blinkenlights.plugin.collection import Collection
from blinkenlights.plugin.horizon import Horizon, read_horizon
from blinkenlights.plugin.nagios import Critical
from blinkenlights.store.report import CollectorReport, SourceReport, source_id
from servers.reports import a_report

NOW = 1_790_000_000.0
KINDS = ("a", "b", "")


@st.composite
def sources(draw: st.DrawFn) -> SourceReport:
    """Give a source; sockets deliver any kind, and may be idle."""
    kind = draw(st.sampled_from(KINDS))
    address = f"{kind or 'socket'} {draw(st.integers(1, 2))}"
    return SourceReport(
        source=source_id(address),
        kind=kind,
        transport="lines",
        address=address,
        connected=draw(st.booleans()),
        watermark=NOW - draw(st.sampled_from([0.0, 20.0, 70.0])),
        ready=None,
        is_unused=not kind and draw(st.booleans()),
    )


@st.composite
def collectors(draw: st.DrawFn) -> CollectorReport:
    """Give a collector that runs, died or was stopped."""
    age, stopped = draw(st.sampled_from([(0.0, False), (0.0, True), (50.0, False), (50.0, True)]))
    return a_report(
        NOW - age,
        draw(st.lists(sources(), max_size=4)),
        name=f"collector-{draw(st.integers(1, 3))}",
        started=0,
        stopped=NOW - age if stopped else None,
    )


def horizon(reports: list[CollectorReport], kind: str | None) -> Horizon:
    live: list[str] = []
    for report in reports:
        live += [report.name, msgspec.json.encode(report).decode()]
    return read_horizon([live, [], "0"], NOW, kind)


@given(st.lists(collectors(), min_size=1, max_size=3))
def test_who_depends_is_unknown_only_under_a_critical_parent(
    reports: list[CollectorReport],
) -> None:
    """The parent is CRITICAL exactly when there is a kind of which something cannot be known."""
    named = {source.kind for report in reports for source in report.sources if source.kind}
    has_sources = any(report.sources for report in reports)
    unknown = [kind for kind in named or {""} if horizon(reports, kind).doubts]

    parent = Collection(horizon(reports, None))

    assert (parent.state is Critical) == (bool(unknown) or not has_sources)
    assert ((parent.lag or 0.0) > WATERMARK_LIMIT) <= (parent.state is Critical)


@given(st.lists(collectors(), min_size=1, max_size=3))
def test_an_idle_socket_changes_nothing(reports: list[CollectorReport]) -> None:
    """Beside a queue that counts, whether it is open says nothing to anybody."""
    idle = SourceReport(
        source="idle", kind="", transport="lines", address="idle", connected=True,
        watermark=NOW, ready=None, is_unused=True,
    )  # fmt: skip
    queue = msgspec.structs.replace(
        idle, source="queue", kind="a", is_unused=False, watermark=NOW - 70, connected=False
    )
    reports[0].sources.append(queue)
    without = horizon(reports, "a")

    reports[0].sources.append(idle)

    assert horizon(reports, "a") == without
