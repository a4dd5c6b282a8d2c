"""Names that may hold wildcards: `*`, `?` and `[...]`, by case, as the shell has them.

Standard library only, and no regular expressions until a wildcard needs them: checks import this.
"""

from collections.abc import Callable, Sequence

from blinkenlights.invisible import composed


def is_glob(name: str) -> bool:
    """Return whether a name holds a wildcard."""
    return any(character in name for character in "*?[")


def matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    """Return a function that tells whether a name matches one of the globs; without any, none."""
    globs = list(map(composed, globs))
    if "*" in globs:
        return lambda _: True
    exact = frozenset(glob for glob in globs if not is_glob(glob))
    wild = [glob for glob in globs if is_glob(glob)]
    if not wild:
        return exact.__contains__
    # Most checks ask for everything or for exact names, and these two take milliseconds.
    import re  # noqa: PLC0415
    from fnmatch import translate  # noqa: PLC0415

    matches = re.compile("|".join(map(translate, wild))).match
    return lambda name: name in exact or matches(name) is not None
