"""placeholder: the helper writes it"""
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from blinkenlights.rules.judged import Judged
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.thing import Thing
from blinkenlights.store.reader import StoreReader
class Found(NamedTuple):
    rule: Rule
    thing: Thing
    judged: Judged
    up_to: float
class Counted(NamedTuple):
    things: int = 0
    missing: int = 0
    missing_names: Sequence[str] = ()
    doubtful: int = 0
    doubt: str = ""
class Looked(NamedTuple):
    found: Sequence[Found]
    counted: Mapping[str, Counted]
    up_to: float
    blind: str = ""
    things: int = 0
    pairs: int = 0
class Evaluation:
    def follow(self, rules: Mapping[str, Rule]) -> None: ...
    def look(self, store: StoreReader, now: float, tracked: Collection[tuple[str, str]]) -> Looked: ...
