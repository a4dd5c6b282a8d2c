"""An incident: what one receiver was told of one group, from the first alert to the last end."""

from msgspec import structs

from alert.notices import a_notice
from alert.records import NOON
from blinkenlights.alert.incidents import tell, to_be_kept, without_ended
from blinkenlights.alert.message import Incident
from blinkenlights.alert.notice import Notice

QUEUE = "ops@d1\x1frule=silent"


def knows(*notices: Notice) -> Incident:
    """Return the incident of a receiver who was told these."""
    incident = tell(QUEUE, None, notices, NOON)[1]
    assert incident
    return incident


def test_the_first_message_opens_an_incident() -> None:
    message, after = tell(QUEUE, None, [a_notice(at=NOON - 5)], NOON)

    assert message.is_first
    assert message.receiver == "ops"
    assert message.state == "firing"
    assert message.level == "critical"
    assert after
    assert (after.opened, after.told, after.times) == (NOON - 5, NOON, 1)
    assert list(after.firing.values()) == message.firing


def test_who_says_it_again_says_it_of_the_same_incident() -> None:
    """A sender that died left no word of the incident that it opened."""
    first, _ = tell(QUEUE, None, [a_notice()], NOON)
    second, _ = tell(QUEUE, None, [a_notice(), a_notice("db1")], NOON + 60, may_be_repeated=True)

    assert first.incident == second.incident
    assert len(first.incident) == 16
    assert second.may_be_repeated


def test_another_queue_and_another_firing_are_other_incidents() -> None:
    first, _ = tell(QUEUE, None, [a_notice()], NOON)
    later, _ = tell(QUEUE, None, [a_notice(at=NOON + 1)], NOON)
    boss, _ = tell("boss@d1\x1frule=silent", None, [a_notice()], NOON)

    assert len({first.incident, later.incident, boss.incident}) == 3


def test_it_goes_on_until_the_last_alert_is_over() -> None:
    incident = knows(a_notice(), a_notice("db1"))

    message, after = tell(QUEUE, incident, [a_notice(what="resolved")], NOON)
    assert message.state == "firing"
    assert not message.is_first
    assert after
    assert [each.thing for each in after.firing.values()] == ["db1"]

    message, after = tell(QUEUE, after, [a_notice("db1", "resolved")], NOON)
    assert message.state == "over"
    assert message.incident == incident.id
    assert message.firing == []
    assert after is None


def test_a_beginning_and_its_end_at_once_are_both_told() -> None:
    message, after = tell(QUEUE, None, [a_notice(), a_notice(what="resolved")], NOON)

    assert [each.what for each in message.changes] == ["fired", "resolved"]
    assert message.state == "over"
    assert after is None


def test_an_end_is_told_also_to_who_is_not_known_to_have_heard_of_the_beginning() -> None:
    """What nobody answered for a day was given up, and may have come all the same."""
    message, after = tell(QUEUE, None, [a_notice(what="resolved")], NOON)

    assert message.state == "over"
    assert after is None


def test_the_worst_comes_first_and_then_what_is_bad_for_longest() -> None:
    message, _ = tell(
        QUEUE,
        None,
        [
            a_notice("warned", level="warning", since=NOON - 900),
            a_notice("young", since=NOON - 10),
            a_notice("old", since=NOON - 99),
        ],
        NOON,
    )

    assert [each.thing for each in message.firing] == ["old", "young", "warned"]
    assert [each.thing for each in message.changes] == ["warned", "young", "old"]


def test_what_is_over_is_as_bad_as_it_was() -> None:
    incident = knows(a_notice())

    message, _ = tell(QUEUE, incident, [a_notice(what="resolved", level="warning")], NOON)

    assert message.level == "critical"


def test_the_same_notice_twice_is_told_once() -> None:
    message, _ = tell(QUEUE, None, [a_notice(), a_notice("db1"), a_notice()], NOON)

    assert sorted(each.thing for each in message.changes) == ["db1", "web1"]


def test_what_somebody_takes_care_of_fires_for_the_same_reason() -> None:
    words = "acknowledged by ann"
    incident = knows(a_notice(), a_notice("db1"))

    message, after = tell(QUEUE, incident, [a_notice(what="acknowledged", why=words)], NOON)

    assert {each.why for each in message.firing} == {"age was 120, limit 90"}
    assert message.acknowledged == ""
    message, _ = tell(QUEUE, after, [a_notice("db1", "acknowledged", why=words)], NOON)
    assert message.acknowledged == words


def test_what_fires_beside_is_acknowledged_by_nobody() -> None:
    acknowledged = a_notice(what="acknowledged", why="acknowledged by ann")
    incident = knows(a_notice(), acknowledged)

    message, after = tell(QUEUE, incident, [a_notice("db1")], NOON)
    assert message.acknowledged == ""

    message, _ = tell(QUEUE, after, [a_notice("db1", "resolved")], NOON)
    assert message.acknowledged == "acknowledged by ann"


def test_who_is_reminded_is_told_that_nobody_takes_care_of_it_any_more() -> None:
    incident = knows(a_notice(), a_notice(what="acknowledged", why="acknowledged by ann"))

    message, _ = tell(QUEUE, incident, [a_notice(what="reminder")], NOON)

    assert message.acknowledged == ""


def test_the_reference_of_the_channel_is_given_back() -> None:
    incident = structs.replace(knows(a_notice()), reference={"ts": "1.2"})

    message, after = tell(QUEUE, incident, [a_notice("db1")], NOON)

    assert message.reference == {"ts": "1.2"}
    assert after
    assert after.reference == {"ts": "1.2"}


def test_only_ends_of_what_was_told_are_kept_when_all_else_is_given_up() -> None:
    incident = knows(a_notice())
    end = a_notice(what="resolved")

    kept = to_be_kept(incident, [a_notice("db1"), a_notice("db1", "resolved"), end])

    assert kept == [end]
    assert to_be_kept(None, [end]) == []


def test_what_can_never_be_told_to_be_over_is_not_remembered() -> None:
    incident = knows(a_notice(), a_notice("db1"))

    left = without_ended(incident, [a_notice(what="resolved"), a_notice("new")])

    assert left
    assert [each.thing for each in left.firing.values()] == ["db1"]
    assert without_ended(left, [a_notice("db1", "ended")]) is None
