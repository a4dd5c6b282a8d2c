"""Templates of links: `https://grafana.example.com/d/x?var-name={name}`.

What stands for a placeholder comes from outside. It is percent-encoded, and never part of the host.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

TAG = "tag:"
"""A placeholder of a subject that ends so is followed by any name: `{tag:app}`."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIXED = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+([/?#].*)?")
_NOT_IN_A_LINK = re.compile(r"[^!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z{}~-]")


def check_template(known: Sequence[str]) -> Callable[[str], None]:
    """Return what raises ValueError with a sentence for a text that is no template of a link.

    Empty is none, and in order. `known` are the placeholders there are.
    """

    def check(text: str) -> None:
        if not text:
            return
        if _NOT_IN_A_LINK.search(_PLACEHOLDER.sub("", text)):
            raise ValueError("has a character in it that no link has; write it percent-encoded")
        if not _FIXED.fullmatch(text):
            raise ValueError(
                "is no link; write https:// or http:// and a host without login or placeholders, "
                "for example https://grafana.example.com/d/x?var-name={name}"
            )
        for name in _PLACEHOLDER.findall(text):
            if not _is_known(name, known):
                words = ", ".join(f"{{{each}{'KEY' if each == TAG else ''}}}" for each in known)
                raise ValueError(f"has an unknown placeholder {{{name[:40]}}}; known are {words}")
        if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
            raise ValueError("has a brace that belongs to no placeholder; write %7B or %7D")

    return check


def filled(template: str, parts: Mapping[str, str]) -> str:
    """Return the link with its placeholders filled; those without a part are empty.

    Empty where there is no template, and where a part would lead to another folder.
    """
    if not template or any(part in (".", "..") for part in parts.values()):
        return ""
    return _PLACEHOLDER.sub(
        lambda found: quote(parts.get(found[1], ""), safe="", errors="replace"), template
    )


def _is_known(name: str, known: Sequence[str]) -> bool:
    return any(
        name == each or (each == TAG and name.startswith(TAG) and len(name) > len(TAG))
        for each in known
        if name != TAG
    )
