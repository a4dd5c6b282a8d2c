"""The table of rules and alerts."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import addresses
from blinkenlights.config_keys.key import key


class AlertConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules and alerts, by `blinkenlights alert`, or by `up` when `rules` is set."""

    rules: Annotated[
        str,
        key(
            "The folder of rule files, `*.yml`; empty: `up` evaluates nothing.",
            "/etc/blinkenlights/rules",
        ),
    ] = ""
    name: Annotated[
        str,
        key(
            "Its name, unique among instances; empty for `alert-` and the name of the machine.",
            "alert-berlin",
        ),
    ] = ""
    every: Annotated[
        float, key("Seconds from one evaluation of all rules to the next.", 15, ge=1, le=3600)
    ] = 15.0
    give_up: Annotated[
        float,
        key(
            "Seconds after which a message that no try could deliver becomes a dead letter.",
            43_200,
            ge=60,
            le=604_800,
        ),
    ] = 86_400.0
    links_secret_file: Annotated[
        str,
        key(
            "A file whose first line signs the links in messages, the same for all instances and "
            "for the page; empty: messages link to the page only, and who acts there needs a "
            "token.",
            "/etc/blinkenlights/links.secret",
        ),
    ] = ""
    canary: Annotated[
        str,
        key(
            "Where a metric goes each minute that takes the whole way of an alert: a socket for "
            "lines, `tcp://host:port` or `unix:///path`, or a broker, `amqp://` or `amqps://`. "
            "Empty for none; `up` takes its own socket then.",
            "tcp://127.0.0.1:8421",
            addresses.check_target_if_any,
        ),
    ] = ""
    canary_exchange: Annotated[
        str,
        key("At a broker: the exchange that it goes to, which has to be there.", "metrics"),
    ] = ""
    canary_password_file: Annotated[
        str,
        key(
            "At a broker: a file whose first line is the password of the user in `canary`.",
            "/etc/blinkenlights/broker.password",
        ),
    ] = ""
    ping: Annotated[
        str,
        key(
            "An address outside that is asked for each minute while the canary arrives, so that "
            "somebody else notices when it does not; empty for none.",
            "https://hc-ping.com/5a0f...",
            addresses.check_asked_if_any,
        ),
    ] = ""

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Give key and sentence of what does not go together."""
        if self.give_up < 2 * self.every:
            yield "give_up", "is shorter than two evaluations; write at least twice `every`"
        if self.canary.startswith("amqp") and not self.canary_exchange:
            yield "canary_exchange", "is missing; a broker wants to know where the canary goes"
