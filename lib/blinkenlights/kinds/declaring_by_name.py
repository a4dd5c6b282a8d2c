"""What `expect` and `forget` do with things that a `DeclaredStore` has, by their names."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic

from blinkenlights.globs import is_glob
from blinkenlights.kinds.declared_store import Declared, DeclaredStore, Facts
from blinkenlights.kinds.declaring import Declarations, Declaring, Done, Listed, said_of
from blinkenlights.kinds.forgetting import Forgetting, chosen, forget_in_portions
from blinkenlights.store.client import StoreClient


class DeclaringByName(Declaring, Generic[Facts]):
    """How things of a kind are declared, retired, listed and forgotten."""

    called: str
    """What stands before each name: `machine `."""
    field: str
    """Under which JSON has each name."""

    @abstractmethod
    def store_of(self, client: StoreClient) -> DeclaredStore[Facts]:
        """Return the store of the kind."""

    @abstractmethod
    def is_meant(self, name: str, facts: Facts, how: Forgetting) -> bool:
        """Return whether a thing is to be forgotten, whatever it is called."""

    async def expect(
        self, store: StoreClient, names: Sequence[str], minimum: int, now: float
    ) -> Done:
        """Declare things."""
        del minimum
        things = self.store_of(store)
        for name in names:
            await things.expect(name, now)
        return said_of("expected", dict.fromkeys(names, True), self.called)

    async def retire(self, store: StoreClient, names: Sequence[str], now: float) -> Done:
        """Take things out of service."""
        things = self.store_of(store)
        known = {name: await things.retire(name, now) for name in names}
        return said_of("retired", known, self.called)

    async def declared(self, store: StoreClient) -> Declarations:
        """Return the things that are declared, then those that are retired."""
        things = self.store_of(store)
        expected = await things.expected()
        retired = sorted((await things.retired()).items())
        rows = [
            Listed(
                self.called + each.name,
                "expected",
                str(each.minimum) if self.most else "",
                each.since,
                each.seen,
            )
            for each in expected
        ]
        rows += [Listed(self.called + name, "retired", "", since, None) for name, since in retired]
        facts = {
            "expected": [self._for_programs(each) for each in expected],
            "retired": [{self.field: name, "since": since} for name, since in retired],
        }
        return Declarations(rows, facts)

    async def forget(
        self, store: StoreClient, names: Sequence[str], how: Forgetting
    ) -> dict[str, bool]:
        """Remove what is known of things, of those that match globs, and of those `how` means."""
        things = self.store_of(store)
        if how.narrows or how.is_rehearsal or any(map(is_glob, names)):
            there = await self._meant(store, how) if how.narrows else await things.known()
            known = chosen(names, there, is_narrowed=bool(how.narrows))
        else:
            known = dict.fromkeys(names, True)
        if not how.is_rehearsal:
            await forget_in_portions(known, things.forget, how.told)
        return {self.called + name: was_known for name, was_known in known.items()}

    async def _meant(self, store: StoreClient, how: Forgetting) -> set[str]:
        """Return the things that are meant, whatever they are called."""
        facts = self.store_of(store).facts()
        return {name async for name, each in facts if self.is_meant(name, each, how)}

    def _for_programs(self, one: Declared) -> dict[str, Any]:
        facts: dict[str, Any] = {self.field: one.name, "since": one.since, "seen": one.seen}
        return facts | {"minimum": one.minimum} if self.most else facts
