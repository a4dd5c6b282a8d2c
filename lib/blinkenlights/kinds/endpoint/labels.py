"""The labels of an endpoint's performance data, which follow from its name alone."""

from zlib import crc32

from blinkenlights.plugin.answer import label

_LONGEST = 60


def label_of(name: str) -> str:
    """Return the label of an endpoint: `www.example.net/health` -> `www_example_net_health`.

    Where others may look like it, a short hash of its name follows.
    """
    text = label(name)
    if len(text) <= _LONGEST and text.replace("_", "") == "".join(
        each for each in name if each not in "./"
    ):
        return text
    return f"{text[:_LONGEST].rstrip('_')}_{crc32(name.encode(errors='replace')):08x}"
