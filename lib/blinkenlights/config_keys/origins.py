"""Origins that may show the page in a frame."""

import re

from blinkenlights.config_keys.words import shown

_ORIGIN = re.compile(
    r"https?://([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
    r"|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
)


def check_origin(text: str) -> None:
    """Raise ValueError with a sentence when `text` is no origin: scheme, host and maybe a port."""
    if not _ORIGIN.fullmatch(text):
        raise ValueError(
            f"{shown(text)} is no origin; write scheme and host alone, "
            "for example https://wall.example.com"
        )
