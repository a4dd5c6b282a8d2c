"""Rules as files have them, judged over the store of a simulation."""

from collections.abc import Mapping
from functools import cache
from textwrap import dedent

from blinkenlights.rules.evaluation import Evaluation, Looked
from blinkenlights.rules.files.read import read_rules
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.rules.things import Present
from blinkenlights.store.address import parse_address
from blinkenlights.store.reader import StoreReader
from servers.simulation import NOW, Simulation


@cache
def rules_of(text: str) -> dict[str, Rule]:
    """Return the rules of a file, by their names; what they do not say of `missing` is keep."""
    whole = "defaults: {missing: keep}\n" + dedent(text)
    return {rule.name: rule for rule in read_rules(whole.encode(), "a.yml", {}, NOW).rules}


def rule_of(text: str) -> Rule:
    """Return the one rule of a file."""
    (rule,) = rules_of(text).values()
    return rule


def metric(name: str = "web.queue", **details: object) -> Thing:
    """Return a series that lives and of which `value` is 50, but for what is said otherwise."""
    thing = Thing(
        "metric", name, "alive", "OK", "50, last seen 3s ago", 3.0, None, {}, {"value": 50.0}
    )
    return thing._replace(**details)  # type: ignore[arg-type]


def present(
    simulation: Simulation, subject: str, *names: str, window: float = 0.0
) -> dict[str, Thing]:
    """Return things as they are now."""
    with StoreReader(parse_address(simulation.url), 5) as store:
        return Present(store, simulation.now).things(subject, names, window)


class Looking:
    """An evaluator's looks at the store of a simulation."""

    def __init__(self, simulation: Simulation, text: str) -> None:
        """Take rules as a file has them."""
        self.simulation = simulation
        self.evaluation = Evaluation()
        self.follow(text)

    def follow(self, text: str) -> None:
        """Put other rules in place."""
        self.evaluation.follow(rules_of(text))

    def look(self, *tracked: tuple[str, str]) -> Looked:
        """Return what comes of a look now."""
        with StoreReader(parse_address(self.simulation.url), 5) as store:
            return self.evaluation.look(store, self.simulation.now, tracked)

    def found(self, *tracked: tuple[str, str]) -> Mapping[str, str]:
        """Return the outcome of each pair that is found, by rule and thing."""
        found = self.look(*tracked).found
        return {f"{each.rule.name}: {each.thing.name}": each.judged.outcome for each in found}
