"""The table of the prober."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import addresses, words
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import DEFAULT_LOCATION


class ProbeConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The prober of endpoints, by `blinkenlights probe`, or by `up` when `endpoints` is set."""

    endpoints: Annotated[
        str,
        key(
            "The folder of endpoint files, `*.yml`; empty: `up` probes nothing.",
            "/etc/blinkenlights/endpoints",
        ),
    ] = ""
    name: Annotated[
        str,
        key(
            "Its name, unique among probers; empty for `probe-` and the name of the machine.",
            "probe-berlin",
        ),
    ] = ""
    location: Annotated[
        str,
        key(
            "Where it probes from: it takes the endpoints whose files name this location, and "
            "leaves all others to other probers of the same files.",
            "datacenter-2",
            words.check_location,
        ),
    ] = DEFAULT_LOCATION
    publish: Annotated[
        str,
        key(
            "Where each good result goes as a JSON metric, beside the store: a socket for lines, "
            "`tcp://host:port` or `unix:///path`, or a broker, `amqp://` or `amqps://`; empty for "
            "nowhere.",
            "tcp://127.0.0.1:8421",
            addresses.check_target_if_any,
        ),
    ] = ""
    publish_exchange: Annotated[
        str,
        key("At a broker: the exchange that they go to, which has to be there.", "metrics"),
    ] = ""
    publish_password_file: Annotated[
        str,
        key(
            "At a broker: a file whose first line is the password of the user in `publish`.",
            "/etc/blinkenlights/broker.password",
        ),
    ] = ""
    at_once: Annotated[
        int,
        key(
            "Probes at a time; what is due and finds no room waits, and is late.",
            500,
            ge=1,
            le=20_000,
        ),
    ] = 1_000
    at_once_for_host: Annotated[int, key("Probes of one host at a time.", 4, ge=1, le=20_000)] = 16

    post_kept: Annotated[
        int,
        key(
            "How many results are kept for each output that takes none now; the oldest are "
            "dropped, and counted.",
            500,
            ge=1,
            le=10_000,
        ),
    ] = 100
    post_give_up: Annotated[
        float,
        key(
            "Seconds after which a result that no output took is given up.",
            3_600,
            ge=60,
            le=604_800,
        ),
    ] = 43_200.0

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Give key and sentence of what does not go together."""
        is_broker = self.publish.startswith("amqp")
        if is_broker and not self.publish_exchange:
            yield "publish_exchange", "is missing; a broker wants to know where metrics go"
        if not is_broker and (self.publish_exchange or self.publish_password_file):
            yield "publish", "is no broker, so publish_exchange means nothing; write amqp://..."
