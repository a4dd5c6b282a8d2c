"""From what a file says of an endpoint to the request that a probe sends."""

import re
from base64 import b64encode
from typing import cast
from urllib.parse import quote, urlencode, urlsplit

from blinkenlights.masking import MASK
from blinkenlights.probe.endpoint import Request, Scheme, Tls
from blinkenlights.probe.files.addresses import proxy_of, split_of
from blinkenlights.probe.files.settings import Auth, EndpointSettings
from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.times import Time, seconds_of
from blinkenlights.yaml_files.unfit import Unfit

LONGEST_TIMEOUT = 300.0
DEFAULT_TIMEOUT = 10.0
SHARE_OF_PERIOD = 0.8
"""A probe that takes longer is still over before the next one is due."""
LARGEST_BODY = 16 * 1024 * 1024
MOST_REDIRECTS = 20
_METHOD = re.compile(r"[A-Z]{1,20}")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def request_of(
    name: str, settings: EndpointSettings, secrets: Secrets, shortest_period: float
) -> Request:
    """Return the request; raises Unfit and NoSecret."""
    scheme = _scheme(settings)
    url, shown = _urls(name, settings, secrets, scheme)
    parts = split_of(url)
    if scheme in ("tcp", "tls") and parts.port is None:
        raise Unfit("url", f"{scheme} wants a port: write {parts.hostname}:PORT")
    _check(settings)
    headers = {key: secrets.filled(value) for key, value in settings.headers.items()}
    headers |= auth_headers(settings.auth, secrets)
    for key, value in headers.items():
        if not HEADER.fullmatch(key) or re.search(r"[\r\n\0]", value):
            raise Unfit("headers", f"{key!r} cannot be a header")
    proxy = proxy_of("proxy", settings.proxy, secrets)
    return Request(
        scheme=scheme,
        url=url,
        shown_url=shown,
        host=(parts.hostname or "").lower(),
        method=settings.method,
        headers=tuple(headers.items()),
        body=secrets.filled(settings.body).encode(),
        timeout=_timeout(settings.timeout, shortest_period),
        body_limit=settings.body_limit,
        redirects=settings.redirects,
        may_leave_scheme=settings.redirect_to_http,
        may_become_private=settings.redirect_to_private,
        proxy=proxy,
        family=settings.family,
        tls=Tls(
            settings.tls.verify,
            settings.tls.ca_file,
            settings.tls.certificate_file,
            settings.tls.key_file,
            settings.tls.minimum,
            settings.tls.server_name,
        ),
        secrets=tuple(sorted(secrets.known, key=len, reverse=True)),
    )


def request_without_secrets(
    name: str, settings: EndpointSettings, shortest_period: float
) -> Request:
    """Return what can be told of a request whose secrets are elsewhere; raises Unfit."""
    scheme = _scheme(settings)
    _check(settings)
    shown = f"{scheme}://{Secrets({}).shown(_bare(name, settings, scheme))}"
    try:
        host = urlsplit(shown).hostname or ""
    except ValueError:
        host = ""
    timeout = _timeout(settings.timeout, shortest_period)
    return Request(scheme, shown, shown, host.lower(), settings.method, timeout=timeout)


def _scheme(settings: EndpointSettings) -> Scheme:
    in_url = settings.url.partition("://")[0] if "://" in settings.url else ""
    if in_url and settings.scheme and in_url != settings.scheme:
        raise Unfit("url", f"begins with {in_url}://, and scheme says {settings.scheme}")
    scheme = settings.scheme or in_url or "http"
    if scheme not in ("http", "https", "tcp", "tls"):
        raise Unfit("url", f"{scheme}:// cannot be probed; use http, https, tcp or tls")
    return cast("Scheme", scheme)


def _bare(name: str, settings: EndpointSettings, scheme: Scheme) -> str:
    """Return the URL without its scheme, as the file has it."""
    bare = settings.url.partition("://")[2] if "://" in settings.url else settings.url or name
    return bare.partition("/")[0] if scheme in ("tcp", "tls") else bare


def _urls(
    name: str, settings: EndpointSettings, secrets: Secrets, scheme: Scheme
) -> tuple[str, str]:
    """Return the URL with secrets, and as it may be shown."""
    bare = _bare(name, settings, scheme)
    url, shown = f"{scheme}://{secrets.filled(bare)}", f"{scheme}://{secrets.shown(bare)}"
    parts = split_of(url)
    if parts.username is not None or parts.password is not None:
        raise Unfit("url", "holds a login; write it as auth: {basic: ...}")
    for key, value in settings.auth.parameter.items():
        joint = "&" if "?" in url else "?"
        secret = secrets.hide(secrets.filled(value))
        url += joint + urlencode({key: secret}, quote_via=quote, safe="")
        shown += f"{joint}{key}={MASK}"
    return url, shown


def auth_headers(auth: Auth, secrets: Secrets) -> dict[str, str]:
    """Return the headers that say who we are; raises Unfit and NoSecret."""
    ways = [way for way in ("bearer", "basic", "header", "parameter") if getattr(auth, way)]
    if len(ways) > 1:
        raise Unfit("auth", f"has {' and '.join(ways)}; write one of them")
    if auth.bearer:
        return {"Authorization": f"Bearer {secrets.hide(secrets.filled(auth.bearer))}"}
    if auth.basic:
        login = secrets.hide(secrets.filled(auth.basic))
        if ":" not in login:
            raise Unfit("auth", "basic wants user:password")
        secrets.hide(login.partition(":")[2])
        coded = secrets.hide(b64encode(login.encode()).decode())
        return {"Authorization": f"Basic {coded}"}
    if len(auth.header) > 1:
        raise Unfit("auth", "header wants one name with one value; others go to headers")
    return {key: secrets.hide(secrets.filled(value)) for key, value in auth.header.items()}


def _check(settings: EndpointSettings) -> None:
    if not _METHOD.fullmatch(settings.method):
        raise Unfit("method", f"{settings.method!r} is none; write GET, HEAD, POST or another")
    if not 1 <= settings.body_limit <= LARGEST_BODY:
        raise Unfit("body_limit", f"has to be from 1 to {LARGEST_BODY} bytes")
    if not 0 <= settings.redirects <= MOST_REDIRECTS:
        raise Unfit("redirects", f"has to be from 0 to {MOST_REDIRECTS}")


def _timeout(value: Time | None, shortest_period: float) -> float:
    most = min(SHARE_OF_PERIOD * shortest_period, LONGEST_TIMEOUT)
    if value is None:
        return round(min(DEFAULT_TIMEOUT, most), 3)
    seconds = seconds_of("timeout", value)
    if seconds >= shortest_period:
        raise Unfit("timeout", f"has to be below the {shortest_period:g}s between two probes")
    if seconds > LONGEST_TIMEOUT:
        raise Unfit("timeout", f"has to be {LONGEST_TIMEOUT:g}s at most")
    return seconds
