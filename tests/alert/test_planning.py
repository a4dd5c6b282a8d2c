"""Who is told what, and never a firing without its end."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from alert.records import NOON, a_record, a_rule, receivers
from blinkenlights.alert.planning import Outgoing, Situation, plan_end, plan_firing
from blinkenlights.alert.record import Record
from blinkenlights.alert.silence import Acknowledgement, Silence
from blinkenlights.rules.receiver import Quiet, Route, Step
from blinkenlights.rules.rule import Level

HOUR = 3600.0


def situation(
    *,
    now: float = NOON,
    routes: Sequence[Route] = (Route(tell=("ops",)),),
    silences: Sequence[Silence] = (),
    acknowledged: dict[str, Acknowledgement] | None = None,
) -> Situation:
    return Situation(
        now=now,
        routes=routes,
        receivers=receivers("ops", "boss"),
        silences=silences,
        acknowledged=acknowledged or {},
        link=lambda subject, name: f"https://page/{subject}/{name}",
    )


def told(outgoing: Sequence[Outgoing]) -> list[tuple[str, str]]:
    return [(one.address, one.notice.what) for one in outgoing]


def worse(record: Record, level: Level) -> Record:
    return structs.replace(record, track=structs.replace(record.track, level=level))


def a_silence(now: float = NOON) -> Silence:
    return Silence(
        id="1", match={"thing": "*"}, by="anna", at=now, start=now, end=now + HOUR, reason=""
    )


def test_what_fires_is_told_once() -> None:
    first = plan_firing(a_record(), a_rule(), situation())
    again = plan_firing(first.record, a_rule(), situation(now=NOON + 15))

    assert told(first.outgoing) == [("ops@d1", "fired")]
    assert told(again.outgoing) == []


def test_a_notice_says_what_how_much_since_when_and_against_which_limit() -> None:
    [outgoing] = plan_firing(a_record(), a_rule(), situation()).outgoing

    notice = outgoing.notice
    assert (notice.thing, notice.why, notice.since) == (
        "web1",
        "age was 120, limit 90",
        NOON - 120,
    )
    assert notice.link == "https://page/alert/silent: web1"


def test_whoever_was_told_is_told_that_it_became_worse_and_better() -> None:
    first = plan_firing(a_record(level="warning"), a_rule(), situation()).record

    up = plan_firing(worse(first, "critical"), a_rule(), situation())
    down = plan_firing(worse(up.record, "warning"), a_rule(), situation())

    assert told(up.outgoing) == [("ops@d1", "worsened")]
    assert told(down.outgoing) == [("ops@d1", "eased")]


def test_whoever_was_told_is_told_of_the_end_though_it_is_silenced_by_then() -> None:
    record = plan_firing(a_record(), a_rule(), situation()).record

    end = plan_end(record, "resolved", "", situation(silences=[a_silence()]))

    assert told(end) == [("ops@d1", "resolved")]


def test_whoever_was_told_is_told_of_the_end_though_no_route_leads_there_any_more() -> None:
    record = plan_firing(a_record(), a_rule(), situation()).record
    elsewhere = situation(routes=[Route(tell=("boss",))])

    record = plan_firing(record, a_rule(), elsewhere).record

    assert told(plan_end(record, "ended", "the rule is gone", elsewhere)) == [
        ("ops@d1", "ended"),
        ("boss@d1", "ended"),
    ]


def test_who_was_told_nothing_is_not_told_of_an_end() -> None:
    silent = plan_firing(a_record(), a_rule(), situation(silences=[a_silence()]))

    assert silent.record.held == "silenced by anna for another 1h"
    assert told(plan_end(silent.record, "resolved", "", situation())) == []


def test_what_still_fires_when_a_silence_ends_is_told_then() -> None:
    silences = [a_silence()]
    record = plan_firing(a_record(), a_rule(), situation(silences=silences)).record

    late = plan_firing(record, a_rule(), situation(now=NOON + HOUR, silences=silences))

    assert told(late.outgoing) == [("ops@d1", "fired")]
    assert late.record.held == ""


def test_the_next_one_is_told_when_nobody_has_acknowledged() -> None:
    route = Route(tell=("ops",), escalate=(Step(900.0, ("boss",)),))
    record = plan_firing(a_record(), a_rule(), situation(routes=[route])).record

    early = plan_firing(record, a_rule(), situation(now=NOON + 899, routes=[route]))
    due = plan_firing(record, a_rule(), situation(now=NOON + 900, routes=[route]))

    assert told(early.outgoing) == []
    assert told(due.outgoing) == [("boss@d1", "escalated")]


@pytest.mark.parametrize("held", ["quiet", "silenced"])
def test_the_next_one_is_told_so_long_after_the_first_was_and_not_after_it_fired(held: str) -> None:
    """At the end of quiet hours or a silence nobody can have acknowledged it yet."""
    quiet = (Quiet(11 * 60, 13 * 60, ()),) if held == "quiet" else ()
    silences = [a_silence()] if held == "silenced" else []
    route = Route(tell=("ops",), escalate=(Step(900.0, ("boss",)),), quiet=quiet)

    def look(record: Record, now: float) -> tuple[Record, list[tuple[str, str]]]:
        planned = plan_firing(
            record, a_rule(), situation(now=now, routes=[route], silences=silences)
        )
        return planned.record, told(planned.outgoing)

    record, nobody = look(a_record(), NOON)
    record, first = look(record, NOON + HOUR)
    record, early = look(record, NOON + HOUR + 899)
    record, due = look(record, NOON + HOUR + 900)

    assert (nobody, early) == ([], [])
    assert first == [("ops@d1", "fired")]
    assert due == [("boss@d1", "escalated")]


def test_a_route_that_tells_nobody_at_first_tells_the_next_one_when_it_is_time() -> None:
    route = Route(tell=(), escalate=(Step(900.0, ("boss",)),))

    early = plan_firing(a_record(), a_rule(), situation(now=NOON + 899, routes=[route]))
    due = plan_firing(a_record(), a_rule(), situation(now=NOON + 900, routes=[route]))

    assert told(early.outgoing) == []
    assert told(due.outgoing) == [("boss@d1", "escalated")]


def test_what_somebody_acknowledged_is_said_once_and_neither_escalated_nor_repeated() -> None:
    route = Route(tell=("ops",), escalate=(Step(900.0, ("boss",)),), repeat=HOUR)
    record = plan_firing(a_record(), a_rule(), situation(routes=[route])).record
    by_anna = {record.episode: Acknowledgement(by="anna", at=NOON + 60)}

    later = situation(now=NOON + 2 * HOUR, routes=[route], acknowledged=by_anna)

    first = plan_firing(record, a_rule(), later)
    second = plan_firing(first.record, a_rule(), later)
    assert told(first.outgoing) == [("ops@d1", "acknowledged")]
    assert first.outgoing[0].notice.why == "acknowledged by anna"
    assert told(second.outgoing) == []


def test_an_acknowledgement_that_has_expired_counts_no_more() -> None:
    route = Route(tell=("ops",), repeat=HOUR)
    record = plan_firing(a_record(), a_rule(), situation(routes=[route])).record
    expired = {record.episode: Acknowledgement(by="anna", at=NOON, until=NOON + HOUR)}

    at_its_end = situation(now=NOON + HOUR, routes=[route], acknowledged=expired)

    assert told(plan_firing(record, a_rule(), at_its_end).outgoing) == [("ops@d1", "reminder")]


def test_alerts_that_began_one_after_the_other_are_repeated_together() -> None:
    """Whoever has forty of them gets one message an hour, and not one for each."""
    route = Route(tell=("ops",), repeat=HOUR)
    began = [NOON + 60 * minute for minute in range(0, 50, 10)]
    records = [
        plan_firing(
            a_record(f"web{place}", fired=at), a_rule(), situation(now=at, routes=[route])
        ).record
        for place, at in enumerate(began)
    ]

    def reminded(now: float) -> list[str]:
        planned = [
            plan_firing(each, a_rule(), situation(now=now, routes=[route])) for each in records
        ]
        records[:] = [each.record for each in planned]
        return [each.record.thing for each in planned if told(each.outgoing)]

    assert reminded(NOON + HOUR - 15) == []
    assert reminded(NOON + HOUR) == ["web0", "web1", "web2", "web3"]
    assert reminded(NOON + HOUR + 600) == []
    assert reminded(NOON + 2 * HOUR) == ["web0", "web1", "web2", "web3", "web4"]


def test_in_quiet_hours_nobody_is_told_what_begins_and_everybody_what_ends() -> None:
    route = Route(tell=("ops",), quiet=(Quiet(11 * 60, 13 * 60, ()),))
    night = situation(routes=[route])

    held = plan_firing(a_record(), a_rule(), night)
    morning = plan_firing(held.record, a_rule(), situation(now=NOON + HOUR, routes=[route]))

    assert told(held.outgoing) == []
    assert told(morning.outgoing) == [("ops@d1", "fired")]
    assert told(plan_end(morning.record, "resolved", "", night)) == [("ops@d1", "resolved")]


def test_who_is_named_by_the_rule_is_told_in_place_of_those_of_routes() -> None:
    planned = plan_firing(a_record(), a_rule(tell=("boss",)), situation())

    assert told(planned.outgoing) == [("boss@d1", "fired")]


def test_the_first_route_that_matches_counts_unless_it_goes_on() -> None:
    routes = [
        Route(match={"thing": "db*"}, tell=("boss",)),
        Route(match={"thing": "web*"}, tell=("ops",), goes_on=True),
        Route(tell=("boss",)),
        Route(tell=("ops",)),
    ]

    planned = plan_firing(a_record("web1"), a_rule(), situation(routes=routes))

    assert told(planned.outgoing) == [("ops@d1", "fired"), ("boss@d1", "fired")]


def test_alerts_with_the_same_tags_are_told_in_one_group() -> None:
    routes = [Route(tell=("ops",), group_by=("rule", "host"), gather=5.0)]
    one = a_record("web1", tags={"host": "a"})

    [outgoing] = plan_firing(one, a_rule(), situation(routes=routes)).outgoing

    assert (outgoing.group, outgoing.due) == ("rule=silent, host=a", NOON + 5)
