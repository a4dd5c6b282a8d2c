"""Addresses in files of endpoints."""

import re
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit

from blinkenlights.yaml_files.secrets import Secrets
from blinkenlights.yaml_files.unfit import Unfit


def proxy_of(key: str, given: str, secrets: Secrets) -> str:
    """Return the address of a proxy with its secrets, which are noted; raises Unfit and NoSecret.

    Args:
        key: Where it stands.
        given: As it stands there; empty for none.
        secrets: Puts them in.
    """
    if not given:
        return ""
    proxy = secrets.filled(given)
    parts = split_of(proxy, key)
    if parts.scheme not in ("http", "https"):
        raise Unfit(key, "has to begin with http:// or https://")
    if parts.password:
        # A proxy is sent the two as they are, in base64; it may show any of these.
        user, password = unquote(parts.username or ""), unquote(parts.password)
        for each in (parts.password, password):
            secrets.hide(each)
        for encoding in ("utf-8", "latin-1"):
            login = f"{user}:{password}".encode(encoding, errors="replace")
            secrets.hide(b64encode(login).decode())
    return proxy


def split_of(url: str, key: str = "url") -> SplitResult:
    """Return the parts of an address with a host; raises Unfit."""
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        raise Unfit(key, "is no address: write host:port/path") from None
    if not parts.hostname or not has_port or re.search(r"[\s\x00-\x1f]", url):
        raise Unfit(key, "is no address: write host:port/path")
    return parts
