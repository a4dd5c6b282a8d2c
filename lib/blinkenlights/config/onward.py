"""The table that says where what was stored goes on to."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Struct

from blinkenlights.config.passwords import read_password
from blinkenlights.config_keys.key import key


def _check_url_if_any(text: str) -> None:
    """Accept the base of an HTTP API without a login, and nothing at all."""
    if not text:
        return
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or parts.query or parts.fragment or any(not " " < each < "\x7f" for each in text):
        raise ValueError("is not where InfluxDB is; write for example http://127.0.0.1:8086")
    if "@" in parts.netloc:
        raise ValueError("holds a login; write username and password_file, or token_file")


class InfluxConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An InfluxDB to which all points of metrics go on, and annotations."""

    url: Annotated[
        str,
        key(
            "Where it is, `http://` or `https://`; empty: nothing goes on.",
            "http://127.0.0.1:8086",
            _check_url_if_any,
        ),
    ] = ""
    database: Annotated[
        str, key("Of InfluxDB 1: the database, which has to be there.", "blinkenlights")
    ] = ""
    retention_policy: Annotated[
        str, key("Of InfluxDB 1: empty for the database's own.", "autogen")
    ] = ""
    username: Annotated[
        str, key("Of InfluxDB 1: who may write; empty where everybody may.", "blinkenlights")
    ] = ""
    password_file: Annotated[
        str,
        key(
            "Of InfluxDB 1: a file whose first line is the password.",
            "/etc/blinkenlights/influx.password",
        ),
    ] = ""
    org: Annotated[str, key("Of InfluxDB 2: the organisation.", "our-site")] = ""
    bucket: Annotated[str, key("Of InfluxDB 2: the bucket.", "blinkenlights")] = ""
    token_file: Annotated[
        str,
        key(
            "Of InfluxDB 2: a file whose first line is a token that may write to the bucket.",
            "/etc/blinkenlights/influx.token",
        ),
    ] = ""
    ca_file: Annotated[
        str,
        key(
            "Certificates that vouch for it with `https://`; empty for the system's.",
            "/etc/ssl/certs/our-ca.pem",
        ),
    ] = ""
    buffer: Annotated[
        str,
        key(
            "A folder on a local disk, where what was not sent yet waits; each collector has one "
            "of its own in it.",
            "/srv/blinkenlights/influx",
        ),
    ] = "/var/lib/blinkenlights/influx"
    buffer_bytes: Annotated[
        int,
        key(
            "Bytes that wait at most; the oldest are dropped, and counted. A point takes about "
            "100.",
            1_073_741_824,
            ge=1_000_000,
            le=68_719_476_736,
        ),
    ] = 268_435_456

    @property
    def is_second(self) -> bool:
        """Whether it is an InfluxDB 2."""
        return bool(self.bucket)

    def secret(self) -> str | None:
        """Return the password, or the token; None without a file. Raises ConfigError."""
        if self.is_second:
            return read_password("influx.token_file", self.token_file)
        return read_password("influx.password_file", self.password_file)

    def conflicts(self) -> Iterator[tuple[str, str]]:
        """Give key and sentence of what does not go together."""
        if not self.url:
            return
        if bool(self.database) == bool(self.bucket):
            yield (
                "database",
                "is of InfluxDB 1, bucket of InfluxDB 2; write one of them",
            )
        elif self.bucket and not self.org:
            yield "org", "is missing; InfluxDB 2 wants it beside the bucket"
        if self.bucket and (self.username or self.password_file or self.retention_policy):
            yield "bucket", "goes with token_file; the other keys are of InfluxDB 1"
        if self.database and (self.token_file or self.org):
            yield "database", "goes with username and password_file; the others are of InfluxDB 2"
        if bool(self.username) != bool(self.password_file):
            yield "username", "and password_file go together; write both or none"
