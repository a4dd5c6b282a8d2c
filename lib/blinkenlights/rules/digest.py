"""What tells whether a rule is still the one that was tested. Pure."""

from hashlib import blake2b

import msgspec

from blinkenlights.conditions.condition import Decidable
from blinkenlights.rules.rule import Rule
from blinkenlights.rules.template import Template


def digest_of(rule: Rule) -> str:
    """Return 16 hexadecimal digits that are others when a rule says anything else.

    Where it stands makes no difference: a line above it changes nothing of what it does.
    """
    said = [
        rule.name,
        rule.selector._asdict(),
        [(level, limit.text, sorted(limit.condition.paths)) for level, limit in rule.limits],
        _condition(rule.recovery),
        (rule.window, rule.wait, rule.keep, rule.missing, rule.flapping, rule.unless),
        (rule.severity, dict(rule.labels), _text(rule.text), _text(rule.runbook), rule.tell),
    ]
    text = msgspec.json.encode(said, enc_hook=dict, order="deterministic")
    return blake2b(text, digest_size=8).hexdigest()


def _condition(condition: Decidable | None) -> object:
    return condition and (condition.text, sorted(condition.paths))


def _text(template: Template | None) -> str | None:
    return template and template.text
