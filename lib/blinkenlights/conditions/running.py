"""Parts of expressions, run by themselves to say what came of them."""

from functools import lru_cache

import cel

from blinkenlights.conditions.context import Context
from blinkenlights.conditions.syntax import Node
from blinkenlights.conditions.writing import written

FAILURES = (KeyError, IndexError, TypeError, ValueError, RuntimeError, ArithmeticError)
"""What the library raises when an expression comes to nothing."""


def run(node: Node, context: Context) -> object:
    """Return what comes of an expression whose names are in the context. Raise FAILURES."""
    return _program(written(node)).execute(context.native(()))


@lru_cache(maxsize=4096)
def _program(text: str) -> cel.Program:
    return cel.compile(text)
