"""The table of the status page and the JSON API."""

from typing import Annotated

from msgspec import Struct

from blinkenlights.config_keys import addresses
from blinkenlights.config_keys.key import key
from blinkenlights.config_keys.origins import check_origin
from blinkenlights.config_keys.words import shown


def _check_anonymous(text: str) -> None:
    """Accept who may read without a token."""
    if text not in ("local", "all", "none"):
        raise ValueError(f"{shown(text)} is nobody in particular; write local, all or none")


class WebConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The status page and the JSON API, by `blinkenlights web`, or by `up` when `listen` is set."""

    listen: Annotated[
        str,
        key(
            "Host and port; empty for 127.0.0.1:8480, or for all addresses at the port that the "
            "variable `PORT` names. `up` opens neither by itself.",
            "127.0.0.1:8480",
            addresses.check_host_port_if_any,
        ),
    ] = ""
    url: Annotated[
        str,
        key(
            "Where people find the page, for links in messages and in what `blinkenlights icinga "
            "--each` writes.",
            "https://monitoring.example.com/fleet/",
            addresses.check_web_url,
        ),
    ] = ""
    tokens_file: Annotated[
        str, key("Who may read or write; `blinkenlights web token` writes it.", "web.tokens")
    ] = "/etc/blinkenlights/web.tokens"
    anonymous: Annotated[
        str,
        key(
            "Who may read without a token: `local` for everybody who reaches a loopback address, "
            "`all` or `none`.",
            "none",
            _check_anonymous,
        ),
    ] = "local"
    post: Annotated[
        bool,
        key(
            "True to take signals, acknowledgements and silences by POST, with a token. The "
            "store's user must then write.",
            True,
        ),
    ] = False
    certificate: Annotated[
        str,
        key("A file with certificates, the server's first, for TLS.", "/etc/ssl/certs/web.pem"),
    ] = ""
    private_key: Annotated[
        str, key("A file with its private key, for TLS.", "/etc/ssl/private/web.key")
    ] = ""
    plain: Annotated[
        bool,
        key("True to serve without TLS where others than this machine can listen in.", True),
    ] = False
    proxies: Annotated[
        list[str],
        key(
            "Addresses or networks of proxies, whose X-Forwarded-For is believed.",
            ["127.0.0.1"],
        ),
    ] = []
    frame_ancestors: Annotated[
        list[str],
        key(
            "Origins whose pages may show this one in a frame; none by default.",
            ["https://wall.example.com"],
            check_origin,
        ),
    ] = []
    rate: Annotated[
        float,
        key("Requests a second of one token, or of one address without.", 20, ge=0.1, le=100_000),
    ] = 100
    body_bytes: Annotated[int, key("The longest body of a POST.", 65_536, ge=1024, le=2**26)] = (
        2**20
    )
    scrape_series: Annotated[
        bool,
        key("True to give the newest number of each series of metrics at /metrics, too.", True),
    ] = False
    scrape_most: Annotated[
        int,
        key(
            "Series that are given there at most; how many are left out is a figure of its own.",
            20_000,
            ge=1,
            le=1_000_000,
        ),
    ] = 5_000
    streams: Annotated[
        int, key("Pages that are kept up to date at one time.", 50, ge=0, le=10_000)
    ] = 200
