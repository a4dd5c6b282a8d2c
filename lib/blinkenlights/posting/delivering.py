"""Brings what is queued to outputs, one entry after the other."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.lease import Lease
from blinkenlights.outbox.mail import Mail, Outcome
from blinkenlights.outbox.posting import Poster
from blinkenlights.outbox.retrying import Again
from blinkenlights.outbox.taken import Taken
from blinkenlights.posting.aws_sender import AwsSender
from blinkenlights.posting.entry import Entry, Letter, Nothing, key_of
from blinkenlights.posting.http_sender import HttpSender
from blinkenlights.posting.keys import parts_of
from blinkenlights.posting.sender import Item, Sender
from blinkenlights.probe.output import HttpOutput, Output

KEPT_OF_LETTER = 5
"""Entries that are kept of what is given up."""
Outputs = Callable[[str], Mapping[str, Output]]
"""Gives the outputs of an endpoint by their names; of none, those of the prober."""


class Outgoing:
    """Makes posts of what is in the outbox.

    Args:
        outputs: As files have them now.
        knows_all: Whether no file is broken: what is in none is given up then, and waits else.
    """

    def __init__(self, outputs: Outputs, knows_all: Callable[[], bool]) -> None:
        self._outputs = outputs
        self._knows_all = knows_all
        self._senders: dict[tuple[str, str], tuple[Output, Sender]] = {}
        self._posters: dict[tuple[str, float, str], Poster] = {}
        """One for all outputs that trust the same: to read authorities takes 20 ms of the loop."""

    def mail(self, taken: Taken[Entry, Nothing]) -> "_EntriesMail":
        """Return what is made of a queue."""
        return _EntriesMail(taken, self)

    async def sender(self, endpoint: str, name: str) -> Sender:
        """Return what posts to an output; raises CannotSayError where no file names it."""
        output = self._outputs(endpoint).get(name)
        if output is None:
            await self.close_one(endpoint, name)
            sentence = "no file names this output any more"
            raise CannotSayError(sentence, is_final=self._knows_all())
        known = self._senders.get((endpoint, name))
        if known and known[0] == output:
            return known[1]
        await self.close_one(endpoint, name)
        sender: Sender
        if isinstance(output, HttpOutput):
            sender = HttpSender(output, self._poster(output))
        else:
            sender = AwsSender(output)
        self._senders[endpoint, name] = output, sender
        return sender

    async def close_one(self, endpoint: str, name: str) -> None:
        """Give up connections of one output."""
        known = self._senders.pop((endpoint, name), None)
        if known:
            await known[1].close()

    async def close(self) -> None:
        """Give up all connections."""
        for endpoint, name in list(self._senders):
            await self.close_one(endpoint, name)
        for poster in self._posters.values():
            await poster.close()
        self._posters.clear()

    def _poster(self, output: HttpOutput) -> Poster:
        """Return what posts by the authorities and the proxy of an output; files may change."""
        try:
            changed = Path(output.ca_file).stat().st_mtime if output.ca_file else 0.0
        except OSError:
            changed = -1.0
        key = output.ca_file, changed, output.proxy
        if key not in self._posters:
            self._posters[key] = Poster("the output", ca_file=output.ca_file, proxy=output.proxy)
        return self._posters[key]


class _EntriesMail(Mail[Entry, Nothing]):
    """The entries of one output."""

    def __init__(self, taken: Taken[Entry, Nothing], outgoing: Outgoing) -> None:
        self._name, self._endpoint = parts_of(taken.group)
        whose = self._endpoint or "the prober itself"
        super().__init__(taken, f"output {self._name} of {whose}", f"{len(taken.entries)} queued")
        self._outgoing = outgoing
        self._sender: Sender | None = None
        self.is_one_of_many = True

    async def get_ready(self) -> None:
        """Find the output."""
        self._sender = await self._outgoing.sender(self._endpoint, self._name)

    async def say(self, lease: Lease) -> None:
        """Post all, oldest first. What was taken is told even if something after it fails."""
        if self._sender is None:
            raise CannotSayError("it was not got ready")
        items = [
            Item(each, key_of(self._name, self._endpoint, each), self.taken.may_be_repeated)
            for each in self.taken.entries
        ]
        at_once = self._sender.at_once
        while items:
            if lease.is_over:
                raise CannotSayError("it took too long", is_unsure=False)
            some, later = items[:at_once], items[at_once:]
            try:
                sent = await self._sender.send(self._endpoint, some)
            except CannotSayError as error:
                if error.is_final and len(some) > 1:
                    # It is one of them that is not taken, and nobody says which.
                    at_once = 1
                    continue
                if error.is_final:
                    self.left, self.untried = _entries(some), _entries(later)
                raise
            items = [*sent.left, *later]
            if sent.error:
                if sent.refused:
                    self.left, self.untried = _entries(sent.refused), _entries(items)
                else:
                    self.left = _entries(items)
                raise sent.error
            self.left = _entries(items)

    async def broke(self) -> None:
        """Give up the connection."""
        await self._outgoing.close_one(self._endpoint, self._name)

    def lasts(self, entry: Entry) -> bool:  # noqa: ARG002 - none does
        """Return that no entry is kept for longer than others."""
        return False

    def told(self, now: float, seconds: float) -> Outcome[Nothing]:  # noqa: ARG002
        """Return that all was taken."""
        return Outcome(None, sent=len(self.taken.entries))

    def failed(self, now: float, error: CannotSayError, again: Again[Entry]) -> Outcome[Nothing]:
        """Return how much was taken before it failed, and what is given up."""
        sent = len(self.taken.entries) - len(self.left) - len(self.untried)
        letter = None
        if again.given_up:
            letter = Letter(
                at=now,
                endpoint=self._endpoint,
                output=self._name,
                error=str(error),
                number=len(again.given_up),
                entries=list(again.given_up[:KEPT_OF_LETTER]),
            )
        return Outcome(
            None,
            letter=letter,
            sent=sent,
            dead=len(again.given_up),
            # Of an output that no file names nobody has to know.
            tries_last=self._sender is not None,
        )


def _entries(items: Sequence[Item]) -> list[Entry]:
    return [each.entry for each in items]
