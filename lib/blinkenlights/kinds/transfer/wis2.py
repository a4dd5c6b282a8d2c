"""Posts in the form of WIS2, the WMO's information system, which sr3 writes as well: GeoJSON."""

from collections.abc import Mapping
from typing import Any


def wis2_post(message: Mapping[str, Any]) -> dict[str, object] | None:
    """Return a post of WIS2 with the names of version 3; None for any other message.

    sr3 puts all that it adds to a post among the properties, so also the `report`.
    """
    if message.get("type") != "Feature":
        return None
    properties = message.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    if "conformsTo" not in message and "pubtime" not in properties:
        return None
    links = message.get("links")
    link = links[0] if isinstance(links, list) and links and isinstance(links[0], dict) else {}
    time = properties.get("pubtime")
    return properties | {
        "pubTime": time.replace("-", "").replace(":", "") if isinstance(time, str) else time,
        "relPath": link.get("href"),
        "size": link.get("length"),
    }
