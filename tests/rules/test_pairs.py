"""Only what has changed is judged again, and comes to the same as if all were."""

from hypothesis import given
from hypothesis import strategies as some

from blinkenlights.rules.pairs import Pairs
from blinkenlights.rules.thing import Thing
from rules.looking import metric, rules_of

NOW = 1_764_331_200.0
RULES = """
queue is long:
  metric: "*.queue"
  warning: 100
  critical: value > 1000
everything in production:
  metric: "*"
  where: {env: prod}
  warning: value > 10
old:
  metric: ["a.*", "b.*"]
  but: "b.x"
  warning: age > 60
  critical: age >= 300
long in its state:
  metric: "*"
  missing: critical
  critical: state != 'alive' && since > 600
growing:
  metric: "*"
  warning: age * 2 > value
told:
  metric: "a.x"
  missing: warning
  warning: facts.depth > 5
"""


def outcomes(pairs: Pairs) -> set[tuple[str, str]]:
    """Return the rule and thing of each pair that may begin an alert."""
    return {(rule.name, thing.name) for rule, thing in pairs.bad()}


def fresh(things: dict[str, Thing], now: float) -> Pairs:
    """Return all pairs, judged for the first time."""
    pairs = Pairs([*rules_of(RULES).values()])
    pairs.look(things, now)
    return pairs


things = some.builds(
    metric,
    numbers=some.just({}) | some.builds(dict, value=some.sampled_from([5.0, 50.0, 500.0, 5000.0])),
    age=some.none() | some.sampled_from([3.0, 60.0, 61.0, 300.0, 301.0]),
    since=some.none() | some.sampled_from([NOW, NOW - 500, NOW - 600, NOW - 700]),
    state=some.sampled_from(["alive", "stale"]),
    tags=some.sampled_from([{}, {"env": "prod"}]),
    facts=some.just({}) | some.builds(dict, depth=some.integers(3, 7)),
    doubt=some.sampled_from(["", "", "not heard"]),
    missing=some.sampled_from(["", "", "stale"]),
    ended=some.sampled_from(["", "", "retired"]),
    is_known=some.sampled_from([True, True, False]),
)
names = some.sampled_from(["a.queue", "a.x", "b.queue", "b.x"])
looks = some.lists(
    some.tuples(some.dictionaries(names, things), some.sampled_from([0.0, 15.0, 100.0])),
    min_size=1,
    max_size=6,
)


@given(looks)
def test_many_looks_come_to_the_same_as_one(looks: list[tuple[dict[str, Thing], float]]) -> None:
    """Whatever appears, goes, changes or grows old between them."""
    pairs, now = Pairs([*rules_of(RULES).values()]), NOW
    for given_things, passed in looks:
        now += passed
        here = {name: thing._replace(name=name) for name, thing in given_things.items()}
        pairs.look(here, now)

        again = fresh(here, now)
        assert outcomes(pairs) == outcomes(again)
        assert pairs.counted() == again.counted()
        assert pairs.number == again.number


def test_what_has_not_changed_is_not_judged_again() -> None:
    """Its age is another one, and no rule that is about it asks for it."""
    pairs = Pairs([*rules_of("long:\n  metric: '*'\n  warning: 100\n").values()])
    pairs.look({"a": metric("a"), "b": metric("b")}, NOW)
    assert pairs.judged == 2

    pairs.look({"a": metric("a", age=99.0), "b": metric("b", sentence="else")}, NOW + 15)
    assert pairs.judged == 0
    pairs.look({"a": metric("a", numbers={"value": 51.0}), "b": metric("b")}, NOW + 30)
    assert pairs.judged == 1


def test_an_age_is_judged_again_when_it_crosses_a_limit() -> None:
    """And between limits it is not."""
    pairs = Pairs([*rules_of("old:\n  metric: '*'\n  warning: age > 60\n").values()])
    judged = []
    for age in (1.0, 50.0, 60.0, 61.0, 900.0, 2.0):
        pairs.look({"a": metric("a", age=age)}, NOW)
        judged.append((pairs.judged, len(outcomes(pairs))))

    assert judged == [(1, 0), (0, 0), (1, 0), (1, 1), (0, 1), (1, 0)]


def test_a_tag_that_changes_brings_other_rules() -> None:
    """A machine moved to another pool."""
    pairs = Pairs([*rules_of(RULES).values()])
    pairs.look({"z": metric("z")}, NOW)
    assert outcomes(pairs) == set()

    pairs.look({"z": metric("z", tags={"env": "prod"})}, NOW)
    assert outcomes(pairs) == {("everything in production", "z")}
    pairs.look({"z": metric("z")}, NOW)
    assert outcomes(pairs) == set()


def test_things_of_a_rule_are_counted() -> None:
    """How many there are, of how many nothing came, and of how many nobody can know."""
    things = {
        "a.queue": metric("a.queue"),
        "b.queue": metric("b.queue", doubt="not heard", numbers={}),
        "c.queue": metric("c.queue", missing="stale for 9m", numbers={}),
        "d.queue": metric("d.queue", numbers={}),
        "e.queue": metric("e.queue", ended="retired", numbers={}),
    }

    counted = fresh(things, NOW).counted()

    assert counted["queue is long"] == (5, 2, ["c.queue", "d.queue"], 1, "not heard")
    assert counted["told"] == (0, 0, [], 0, "")


def test_names_of_rules_that_know_nothing_of_them_are_missing() -> None:
    """What is asked for by its name and is not known begins an alert where the rule wants one."""
    unknown = {"missing": "nothing is known of it", "is_known": False, "numbers": {}}

    pairs = fresh({name: metric(name, **unknown) for name in ("a.x", "a.queue")}, NOW)

    assert outcomes(pairs) == {("told", "a.x")}
