"""Conditions in CEL: read, linted and fenced when a file is read, then run by the library."""

from collections.abc import Callable

import cel

from blinkenlights.conditions.condition import HOLDS, Verdict
from blinkenlights.conditions.context import Context, MissingError
from blinkenlights.conditions.errors import ConditionError, MistakeError
from blinkenlights.conditions.explaining import explained
from blinkenlights.conditions.fences import MAX_LENGTH, Shape, fence
from blinkenlights.conditions.finding import what_was_found
from blinkenlights.conditions.linting import lint, names_in
from blinkenlights.conditions.named import paths_in
from blinkenlights.conditions.parsing import parsed
from blinkenlights.conditions.running import FAILURES, run
from blinkenlights.conditions.syntax import Node, conjuncts
from blinkenlights.conditions.vocabulary import Vocabulary
from blinkenlights.conditions.writing import written


def compile_cel(text: str, vocabulary: Vocabulary, where: str = "") -> "CelCondition":
    """Return a condition written in CEL.

    `where` begins the error: `shop.yml:7`. Raise ConditionError, in one sentence with line and
    column, when it is not understood, never or always holds, or could take too long.
    """
    try:
        return _compiled(text, vocabulary)
    except MistakeError as mistake:
        raise ConditionError(_located(text, where, mistake)) from None


def _compiled(text: str, vocabulary: Vocabulary) -> "CelCondition":
    try:
        length = len(text.encode())
    except UnicodeEncodeError as error:
        raise MistakeError(error.start, "this is half a character; leave it out") from None
    if length > MAX_LENGTH:
        raise MistakeError(0, f"this is longer than {MAX_LENGTH} bytes; make several tests of it")
    node = parsed(text)
    lint(node, vocabulary)
    return CelCondition(text, node, vocabulary, fence(node, vocabulary))


class CelCondition:
    """One expression, ready to run."""

    def __init__(self, text: str, node: Node, vocabulary: Vocabulary, shape: Shape) -> None:
        """Take an expression that was linted and fenced."""
        self.text = text
        self.names = names_in(node, vocabulary.names)
        """Names of the vocabulary that it uses."""
        self.paths = paths_in(node)
        """The values that it names, as people write them."""
        self._node = node
        self._shape = shape
        try:
            self._program = cel.compile(written(node))
        except ValueError:
            raise MistakeError(0, "this is too involved; make several tests of it") from None

    @property
    def is_fenced(self) -> bool:
        """Whether it is only run over values of which there are not too many."""
        return self._shape.most is not None

    @property
    def execute(self) -> Callable[[cel.Context], object]:
        """The library's own function, for who runs very many.

        It gives False for what does not hold, and raises FAILURES. What is fenced is not to be run
        by it.
        """
        return self._program.execute

    def judge(self, context: Context) -> Verdict:
        """Return whether it holds, and why not."""
        try:
            native = context.native(self.names)
            if refusal := self._refusal(context):
                return Verdict(False, refusal)
            if self._program.execute(native) is True:
                return HOLDS
        except MissingError as missing:
            return Verdict(False, str(missing))
        except FAILURES:
            pass
        for part in conjuncts(self._node):
            try:
                if run(part, context) is True:
                    continue
            except FAILURES:
                pass
            return Verdict(False, explained(part, context))
        return Verdict(False, f"{self.text} could not be worked out")

    def holds(self, context: Context) -> bool | None:
        """Return whether it holds; None where that cannot be worked out."""
        if self._shape.most is not None and self._refusal(context):
            return None
        try:
            found = self._program.execute(context.prepared)
        except FAILURES:
            return None
        return found if found is True or found is False else None

    def found(self, context: Context) -> str:
        """Return the values that it names, with their limits."""
        return what_was_found(self._node, context)

    def _refusal(self, context: Context) -> str:
        most = self._shape.most
        if most is None:
            return ""
        size = context.most_values(self.names)
        if size <= most:
            return ""
        return (
            f"{context.thing} has {size:,} values in lists and maps,"
            f" too many for {self._shape.macro}(), which takes {most:,}"
        )


def _located(text: str, where: str, mistake: MistakeError) -> str:
    before = text[: mistake.at]
    line, column = before.count("\n") + 1, mistake.at - before.rfind("\n")
    place = f"line {line}, column {column}" if "\n" in text.strip() else f"column {column}"
    return f"{where}, {place}: {mistake.sentence}" if where else f"{place}: {mistake.sentence}"
