"""The table of links to other places: a key for each subject that is shown."""

from typing import TYPE_CHECKING, Annotated

from msgspec import Struct, defstruct

from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.templates import check_template
from blinkenlights.kinds.registry import subjects
from blinkenlights.kinds.subject import Display

_SAYS = (
    "Links from the page of one thing to where more is known of it, such as Grafana. "
    "What stands for a placeholder is percent-encoded."
)


def _key(name: str, display: Display) -> tuple[str, object, str]:
    known = [f"`{{{each}{'KEY' if each == 'tag:' else ''}}}`" for each in display.placeholders]
    article = "an" if name[0] in "aeiou" else "a"
    says = f"Of {article} {name}; empty for none. Placeholders: {', '.join(known)}."
    example = f"https://grafana.example.com/d/x?var-{name}={{name}}"
    described = Annotated[str, key(says, example, check_template(display.placeholders))]
    return name, described, ""


if TYPE_CHECKING:

    class LinksConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """Templates of links."""

else:
    LinksConfig = defstruct(
        "LinksConfig",
        [_key(each.name, each.display) for each in subjects() if each.display is not None],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": _SAYS},
        module=__name__,
    )


def templates(config: LinksConfig) -> dict[str, str]:
    """Return the template of each subject that has one."""
    found = {name: getattr(config, name) for name in config.__struct_fields__}
    return {name: template for name, template in found.items() if template}
