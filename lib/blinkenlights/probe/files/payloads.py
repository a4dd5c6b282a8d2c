"""What a file wants to be posted: JSON with places for values."""

from collections.abc import Collection
from typing import Any

import msgspec

from blinkenlights.probe.templates import places_in
from blinkenlights.yaml_files.unfit import Unfit

NAMED = 12


def payload_of(key: str, info: Any, places: Collection[str]) -> bytes:  # noqa: ANN401 - any JSON
    """Return JSON in which `{name}` stands for a value; raises Unfit."""
    _look_for_braces(key, info)
    check_places(key, info, places)
    return b"" if info is None else msgspec.json.encode(info)


def check_places(key: str, info: Any, places: Collection[str]) -> None:  # noqa: ANN401 - any JSON
    """Refuse places that nothing can stand in; raises Unfit."""
    for name in places_in(info):
        if name not in places:
            known = ", ".join(list(places)[:NAMED])
            raise Unfit(
                key,
                f"has {{{name}}}, for which there is no value; capture it, or write {{{{{name}}}}} "
                f"for these very letters. There are: {known}",
            )


def _look_for_braces(key: str, info: Any) -> None:  # noqa: ANN401
    """Refuse `{status}` without quotes, which YAML takes for a mapping."""
    if isinstance(info, list):
        for each in info:
            _look_for_braces(key, each)
    elif isinstance(info, dict):
        for name, value in info.items():
            if value is None and len(info) == 1:
                raise Unfit(key, f"{{{name}}} is a mapping to YAML; quote it: '{{{name}}}'")
            _look_for_braces(key, value)
