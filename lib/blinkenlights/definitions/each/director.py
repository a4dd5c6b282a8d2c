"""Icinga Director: a service set that has a service for each thing, to be added to a host."""

import json
from collections.abc import Sequence
from typing import Any

from blinkenlights.definitions.each.service import Service

NAME = "Blinkenlights each"


def text_of(services: Sequence[Service]) -> str:
    """Return the basket; it leans on what is in basket.json."""
    basket = {
        "ServiceSet": {
            NAME: {
                "assign_filter": None,
                "description": "A service for each thing, written by blinkenlights icinga --each",
                "object_name": NAME,
                "object_type": "template",
                "services": [_service(each) for each in services],
            }
        }
    }
    return json.dumps(basket, indent=4) + "\n"


def names_in(text: str) -> set[str]:
    """Return the names of the services in such a basket; none of what is not one."""
    try:
        return {each["object_name"] for each in json.loads(text)["ServiceSet"][NAME]["services"]}
    except (ValueError, KeyError, TypeError):
        return set()


def _service(service: Service) -> dict[str, Any]:
    glob = f"[-]{service.glob[1:]}" if service.glob.startswith("-") else service.glob
    value = glob.replace("$", "$$")
    urls = {"action_url": service.url, "notes_url": service.url} if service.url else {}
    return {
        **urls,
        "display_name": service.title,
        "fields": [],
        "imports": [service.check.object_name],
        "object_name": service.name,
        "object_type": "object",
        "vars": {
            service.option.variable: [value] if service.option.repeatable else value,
            **{each.variable: True for each in service.flags},
        },
    }
