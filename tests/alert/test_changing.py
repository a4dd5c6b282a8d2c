"""What becomes of alerts after one evaluation: never a firing without its end, nor a false end."""

from collections.abc import Sequence

import pytest

from alert.records import NOON, a_rule, receivers
from blinkenlights.alert.changing import GONE, Records, changes_of
from blinkenlights.alert.evaluation_store import Change
from blinkenlights.alert.planning import Situation
from blinkenlights.rules.evaluation import Found, Looked
from blinkenlights.rules.files.collection import RuleCollection
from blinkenlights.rules.judged import Judged, Outcome
from blinkenlights.rules.receiver import Route
from blinkenlights.rules.rule import Dependency, Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.yaml_files.problems import Problem

USUAL = 45.0
RULE = a_rule()
ROUTES = (Route(tell=("ops",)),)


def files(
    *rules: Rule,
    problems: Sequence[Problem] = (),
    number: int = 1,
    routes: tuple[Route, ...] = ROUTES,
) -> RuleCollection:
    """Return what a folder of files says."""
    return RuleCollection(
        {rule.name: rule for rule in rules},
        receivers("ops"),
        routes,
        (),
        tuple(problems),
        number,
    )


def found(outcome: Outcome, thing: str = "web1", rule: Rule = RULE, at: float = NOON) -> Found:
    """Return what was judged of a thing."""
    state = Thing("component", thing, "silent", "CRITICAL", "it is silent", 120.0, None, {})
    why = "" if outcome == "well" else f"it is {outcome}"
    return Found(rule, state, Judged(outcome, why), at)


class House:
    """Alerts that are followed from look to look."""

    def __init__(self, collection: RuleCollection) -> None:
        self.collection = collection
        self.records: Records = {}

    def look(self, now: float, *judged: Found, blind: str = "", deaf: str = "") -> list[Change]:
        """Return what changes at one look, and keep it."""
        situation = Situation(
            now=now, routes=self.collection.routes, receivers=self.collection.receivers
        )
        seen = [each._replace(up_to=now) for each in judged]
        looked = Looked(seen, {}, now, blind, len(seen), len(seen), deaf)
        made = changes_of(self.records, self.collection, looked, situation, USUAL)
        for each in made:
            if each.after is None:
                self.records.pop((each.rule, each.thing), None)
            else:
                self.records[each.rule, each.thing] = each.after
        return made

    def told(
        self, now: float, *judged: Found, blind: str = "", deaf: str = ""
    ) -> list[tuple[str, str, str]]:
        """Return thing, receiver and what it is told at one look."""
        return [
            (each.thing, out.address, out.notice.what)
            for each in self.look(now, *judged, blind=blind, deaf=deaf)
            for out in each.outgoing
        ]


def test_what_becomes_bad_is_told_and_its_end_as_well() -> None:
    house = House(files(RULE))

    assert house.told(NOON, found("critical")) == [("web1", "ops@d1", "fired")]
    assert house.told(NOON + 15, found("critical")) == []
    assert house.told(NOON + 30, found("well")) == [("web1", "ops@d1", "resolved")]
    assert house.records == {}


@pytest.mark.parametrize("outcome", ["missing", "doubtful"])
def test_what_nobody_knows_ends_nothing(outcome: Outcome) -> None:
    """For a day nothing comes, or nobody can hear: it still fires."""
    house = House(files(RULE))
    house.look(NOON, found("critical"))

    told = [house.told(NOON + 60 * minute, found(outcome)) for minute in range(1, 1_441)]

    assert not any(told)
    assert house.told(NOON + 86_500, found("well")) == [("web1", "ops@d1", "resolved")]


def test_a_rule_that_is_removed_ends_its_alerts_and_says_so() -> None:
    house = House(files(RULE))
    house.look(NOON, found("critical"))
    house.collection = files()

    [change] = house.look(NOON + 15)

    assert change.after is None
    assert [(out.notice.what, out.notice.why) for out in change.outgoing] == [("ended", GONE)]


@pytest.mark.parametrize(
    "collection",
    [
        files(problems=[Problem("a.yml", 3, "duplicate key", NOON, is_replaced=False)]),
        files(number=0),
        files(number=0, problems=[Problem("/rules", 0, "cannot be read", NOON, is_replaced=False)]),
    ],
    ids=["a-file-that-cannot-be-read", "an-empty-folder", "a-folder-that-is-away"],
)
def test_files_that_are_not_there_end_no_alert(collection: RuleCollection) -> None:
    house = House(files(RULE))
    house.look(NOON, found("critical"))
    house.collection = collection

    assert house.look(NOON + 15) == []
    assert house.records


def test_nobody_is_told_of_each_thing_while_nothing_can_be_judged() -> None:
    """One message says so after a minute, and one that it is over."""
    house = House(files(RULE))
    things = [found("doubtful", f"web{number}") for number in range(41)]

    assert house.told(NOON, *things, blind="no collector runs") == []
    told = [
        house.told(NOON + 15 * look, *things, blind="no collector runs") for look in range(1, 9)
    ]
    assert [one for each in told for one in each] == [("all collectors", "ops@d1", "fired")]
    assert house.told(NOON + 200) == [("all collectors", "ops@d1", "resolved")]


def test_that_one_source_of_several_is_away_is_told_as_well() -> None:
    """Otherwise nobody would know that what comes by it is judged by nobody."""
    house = House(files(RULE))

    told = [house.told(NOON + 15 * look, deaf="b not heard for 2m") for look in range(9)]

    assert [one for each in told for one in each] == [("some sources", "ops@d1", "fired")]
    record = house.records["blind", "some sources"]
    assert record.track.why == "b not heard for 2m; alerts about that stay as they were"
    assert house.told(NOON + 200, blind="no collector runs") == []
    assert house.told(NOON + 215) == [("some sources", "ops@d1", "resolved")]


def test_a_collector_that_is_restarted_is_nobodys_trouble() -> None:
    house = House(files(RULE))

    assert house.told(NOON, blind="no collector runs") == []
    assert house.told(NOON + 45, blind="no collector runs") == []
    assert house.told(NOON + 59) == []
    assert house.records == {}


def test_blindness_is_told_to_all_receivers_where_no_route_knows_it() -> None:
    house = House(files(RULE, routes=(Route(match={"team": "web"}, tell=("ops",)),)))

    for look in range(6):
        told = house.told(NOON + 15 * look, blind="no collector runs")

    assert told == []
    assert next(iter(house.records.values())).queued.keys() == {"ops@d1"}


def test_an_alert_that_another_one_explains_is_not_told_until_that_is_over() -> None:
    switch = Rule(**{**RULE.__dict__, "name": "switch"})
    rule = a_rule(unless=(Dependency("switch"),))
    house = House(files(switch, rule))

    both = found("critical", "sw1", switch), found("critical", "web1", rule)
    assert house.told(NOON, *both) == [("sw1", "ops@d1", "fired")]
    over = found("well", "sw1", switch), found("critical", "web1", rule)

    assert house.told(NOON + 15, *over) == [
        ("sw1", "ops@d1", "resolved"),
        ("web1", "ops@d1", "fired"),
    ]


def test_a_rule_that_was_edited_goes_on_with_what_fires() -> None:
    house = House(files(RULE))
    house.look(NOON, found("critical"))
    edited = a_rule(tell=("ops",))
    house.collection = files(edited)

    assert house.told(NOON + 15, found("critical", rule=edited)) == []
    assert house.told(NOON + 30, found("well", rule=edited)) == [("web1", "ops@d1", "resolved")]


def test_what_was_not_told_is_not_told_to_be_over() -> None:
    house = House(files(RULE, routes=()))

    assert house.told(NOON, found("critical")) == []
    assert house.told(NOON + 15, found("well")) == []
