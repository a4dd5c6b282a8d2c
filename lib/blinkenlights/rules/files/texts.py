"""What rules say: texts with places for what is known of an alert."""

import re
from collections.abc import Mapping

from blinkenlights.rules.template import Template, mistakes_in
from blinkenlights.rules.vocabulary import places_of
from blinkenlights.yaml_files.unfit import Unfit

LONGEST_TEXT = 4096
_LABEL = re.compile(r"\{labels\.([^{}]*)\}")


def template_of(key: str, text: str, subject: str, labels: Mapping[str, str]) -> Template | None:
    """Return a text with places; None for an empty one. Raises Unfit."""
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        raise Unfit(key, f"has more than {LONGEST_TEXT} characters; put it behind runbook:")
    wrong = mistakes_in(text, places_of(subject))
    wrong += [
        f"{{labels.{name}}} stands for a label that the rule has not; write labels: {{{name}: ...}}"
        for name in _LABEL.findall(text)
        if name not in labels
    ]
    if wrong:
        raise Unfit(key, wrong[0])
    return Template(text)
