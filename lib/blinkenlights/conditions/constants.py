"""What parts of an expression come to that are made of constants alone. Pure."""

from blinkenlights.conditions.syntax import Binary, Constant, Node, Unary


def constant_of(node: Node) -> float | None:
    """Return the number that constants alone come to: `5 * 60`; None for anything else."""
    match node:
        case Constant(value=value) if isinstance(value, int | float) and not isinstance(
            value, bool
        ):
            return float(value)
        case Unary(sign="-", of=of):
            value = constant_of(of)
            return None if value is None else -value
        case Binary(sign="+" | "-" | "*" | "/" as sign, left=left, right=right):
            one, other = constant_of(left), constant_of(right)
            if one is not None and other is not None:
                return _worked_out(sign, one, other)
    return None


def _worked_out(sign: str, one: float, other: float) -> float | None:
    match sign:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
    return one / other if other else None
