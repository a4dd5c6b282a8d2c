"""Where a redirect leads, whether we go there, and what we say there."""

from collections.abc import Sequence
from typing import NamedTuple

from yarl import URL

from blinkenlights.conditions.hiding import beginning
from blinkenlights.masking import MASK, masked_value
from blinkenlights.probe.asking.addresses import is_address, is_public, old_form
from blinkenlights.probe.asking.failure import Failure
from blinkenlights.probe.endpoint import Request, Tls

STATUSES = frozenset((301, 302, 303, 307, 308))

_OF_THE_HOST = frozenset(("authorization", "cookie", "host", "proxy-authorization"))
"""Headers that belong to the host which they were configured for."""
_OF_THE_BODY = frozenset(("content-type", "content-length", "content-encoding", "expect"))


class Hop(NamedTuple):
    """One request of a probe: the first one, or where a redirect led."""

    method: str
    url: URL
    headers: tuple[tuple[str, str], ...]
    body: bytes
    tls: Tls = Tls()
    """How the connection is made; a certificate and a name of ours are for one host only."""


def first_hop(request: Request) -> Hop:
    """Return what is asked first; raises Failure when the URL cannot be understood."""
    try:
        url = URL(request.url)
    except ValueError as error:
        raise Failure("settings", "the URL is not valid") from error
    return Hop(request.method, url, request.headers, request.body, request.tls)


def next_hop(request: Request, hop: Hop, status: int, location: str) -> Hop:
    """Return where a redirect leads; raises Failure when we do not go there.

    Authorization, cookies and whatever is called or holds a secret stay with the host for which
    they are meant, as do our own certificate and the name that is asked for instead of the host's.
    As everybody does, 303 makes a GET of anything but HEAD, and 301 and 302 one of POST.
    """
    url = _target(hop.url, location, request.secrets)
    if url.scheme not in ("http", "https"):
        raise Failure("redirect", f"a redirect leads to {url}, which is neither http nor https")
    if hop.url.scheme == "https" and url.scheme == "http" and not request.may_leave_scheme:
        raise Failure("redirect", f"a redirect leads from https to http: {url}")
    method, headers, body, tls = hop.method, hop.headers, hop.body, hop.tls
    if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):  # noqa: PLR2004
        method, body = "GET", b""
        headers = tuple(each for each in headers if each[0].lower() not in _OF_THE_BODY)
    if not is_same_host(hop.url, url):
        headers = tuple(each for each in headers if not _is_private_to_host(request, each))
        tls = tls._replace(certificate_file="", key_file="", server_name="")
        if any(secret.encode() in body for secret in request.secrets if secret):
            raise Failure(
                "redirect", f"a redirect leads to {url}, and the body holds a secret for another"
            )
    return Hop(method, url, headers, body, tls)


def refuse_private(request: Request, before: URL, after: URL) -> None:
    """Raise Failure when a redirect leads to a host that is private by what it is called.

    For requests through a proxy, which alone knows the addresses of names. Without one it is the
    address that counts, when it is dialled.
    """
    if request.may_become_private or _is_called_private(before):
        return
    if _is_called_private(after):
        raise Failure("redirect", f"a redirect leads to {after.host}, which is no public address")


def _is_called_private(url: URL) -> bool:
    host = url.raw_host or ""
    address = host if is_address(host) else old_form(host.rstrip("."))
    if address:
        return not is_public(address)
    return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")


def is_same_host(before: URL, after: URL) -> bool:
    """Return whether a redirect stays at its host and port, or only goes over to https."""
    if before.host != after.host:
        return False
    is_upgrade = (before.scheme, before.port, after.scheme, after.port) == (
        "http",
        80,
        "https",
        443,
    )
    return is_upgrade or (before.scheme, before.port) == (after.scheme, after.port)


def _target(base: URL, location: str, secrets: Sequence[str]) -> URL:
    try:
        url = base.join(URL(location))
        # A login in it is not ours to use.
        return url.with_user(None) if url.raw_host and url.raw_user is not None else url
    except ValueError as error:
        raise Failure(
            "redirect",
            f"a redirect leads to {beginning(location, 200, secrets)!r}, which is no URL",
        ) from error


def _is_private_to_host(request: Request, header: tuple[str, str]) -> bool:
    name, value = header
    is_telling = masked_value(name, value) == MASK
    return (
        is_telling
        or name.lower() in _OF_THE_HOST
        or any(secret in value for secret in request.secrets if secret)
    )
