"""The table of a scheduler of probes and its workers: where they find each other."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import Struct

from blinkenlights.config.sources import AmqpConfig
from blinkenlights.config_keys import addresses, words
from blinkenlights.config_keys.broker_access import CaFile, CertificateFile, KeyFile, PasswordFile
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.words import DEFAULT_LOCATION


class WorkersConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Probing with many workers: the broker between `probe schedule` and `probe work`."""

    broker: Annotated[
        str,
        key(
            "The broker: `amqp://` or `amqps://` (TLS), user, host, port and vhost; empty: there "
            "are no workers.",
            "amqps://worker@broker.example.net/probes",
            addresses.check_broker_if_any,
        ),
    ] = ""
    password_file: PasswordFile = ""
    ca_file: CaFile = ""
    certificate_file: CertificateFile = ""
    key_file: KeyFile = ""
    exchange: Annotated[
        str,
        key("The topic exchange of jobs, reports and results.", "probes", words.check_broker_name),
    ] = "blinkenlights.probe"
    location: Annotated[
        str,
        key(
            "Of a worker without `--location`: where it is. It gets the endpoints whose files name "
            "this location.",
            "datacenter-2",
            words.check_location,
        ),
    ] = DEFAULT_LOCATION
    name: Annotated[
        str,
        key(
            "Of a worker without `--name`: its name, unique at its location; empty for the name of "
            "the machine and the number of the process.",
            "worker-berlin-1",
            words.check_location_if_any,
        ),
    ] = ""

    secrets: Annotated[
        list[str],
        key(
            "Of a worker: which of its variables and files jobs may use, as globs; files also as "
            "`certificate_file` and `key_file` of `tls`. Nothing by default, as whoever may send "
            "jobs can have these sent anywhere.",
            ["SHOP_*", "/etc/blinkenlights/secrets/*"],
        ),
    ] = []

    def amqp(self, queue: str = "", keys: Sequence[str] = (), kind: str = "") -> AmqpConfig:
        """Return how to connect, and a queue of results where one is named."""
        return AmqpConfig(
            url=self.broker,
            exchange=self.exchange,
            keys=list(keys),
            queue=queue,
            kind=kind,
            password_file=self.password_file,
            ca_file=self.ca_file,
            certificate_file=self.certificate_file,
            key_file=self.key_file,
        )

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Give key and sentence of what does not go together."""
        if not self.broker:
            return
        if self.key_file and not self.certificate_file:
            yield "key_file", "is the key of no certificate; name that in certificate_file"
        if not self.broker.startswith("amqps") and (self.ca_file or self.certificate_file):
            yield "broker", "does not speak TLS, so certificates mean nothing; write amqps://..."
