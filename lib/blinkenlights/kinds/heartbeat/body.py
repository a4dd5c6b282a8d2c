"""What a heartbeat that is posted by itself holds, for the OpenAPI document."""

from typing import Annotated

import msgspec
from msgspec import Meta


class HeartbeatBody(msgspec.Struct):
    """A heartbeat, for the document: any form that a broker delivers is taken, and any keys."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    system: Annotated[str, Meta(description="What it belongs to; it is then system:name.")] = ""
    uuid: Annotated[str, Meta(description="Which process of it.")] = ""
    timestamp: Annotated[
        str | float | None,
        Meta(description="ISO 8601 or seconds since the epoch; the present without."),
    ] = None
    interval: Annotated[
        float | None, Meta(description="Seconds between two beats; the server's default without.")
    ] = None
