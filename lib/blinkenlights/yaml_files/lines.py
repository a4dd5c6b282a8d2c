"""In which line of a file something stands."""

from collections.abc import Sequence

import yaml


def line_of(node: yaml.Node, path: Sequence[str | int]) -> int:
    """Return the line of what a path leads to below a node, or of the last part that is there."""
    line = int(node.start_mark.line) + 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((each for each in node.value if each[0].value == step), None)
            if found is None:
                return line
            line = int(found[0].start_mark.line) + 1
            node = found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            if step >= len(node.value):
                return line
            node = node.value[step]
            line = int(node.start_mark.line) + 1
        else:
            return line
    return line


def line_with(node: yaml.Node, path: Sequence[str | int], text: str) -> int:
    """Return the first line below a path whose value holds a text; 0 where none does."""
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == step), None)
        else:
            found = node.value[step] if isinstance(step, int) else None
        if found is None:
            return 0
        node = found
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, yaml.ScalarNode):
            if text in each.value:
                return int(each.start_mark.line) + 1
        elif isinstance(each, yaml.MappingNode):
            waiting += [value for _, value in reversed(each.value)]
        else:
            waiting += reversed(each.value)
    return 0
