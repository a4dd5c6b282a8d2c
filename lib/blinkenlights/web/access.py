"""Who asks, and what they may: by token, by address, and how often."""

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from aiohttp import web

from blinkenlights.peers import share_of_address
from blinkenlights.web.permits import PermitBuckets
from blinkenlights.web.problems import Forbidden, TooMany, Unauthorized
from blinkenlights.web.tokens import Token, TokenFile

WRONG_PER_MINUTE = 20
"""Wrong tokens that one address may present before it is told to wait."""
_SCHEMES = ("bearer", "token")
"""How programs send a token: that of RFC 6750, and that of clients of InfluxDB."""
Network = IPv4Network | IPv6Network


class Visitor(NamedTuple):
    """Who asks."""

    address: str
    token: Token | None

    @property
    def asker(self) -> str:
        """Whose share of what this server can do a request counts for."""
        return f"token {self.token.name}" if self.token else share_of_address(self.address)

    @property
    def only_source(self) -> str | None:
        """The one source they may see; None for everything."""
        return self.token.source if self.token else None


class Access:
    """Decides who may do what.

    Args:
        tokens: Those who have one.
        reads_without_token: Whether everybody may read everything.
        is_local: Whether only this machine can connect, and no proxy lets others in: then a
            request by another name comes from a page that made its name point here.
        proxies: Networks whose word on who asks is taken, as texts.
        per_second: Requests a second of one token, or of one address without; bursts may be
            five times as much.
    """

    def __init__(
        self,
        tokens: TokenFile,
        *,
        reads_without_token: bool,
        is_local: bool,
        proxies: Sequence[str],
        per_second: float,
    ) -> None:
        self._tokens = tokens
        self._reads_without_token = reads_without_token
        self._is_local = is_local and not proxies
        self._proxies: list[Network] = [ip_network(each, strict=False) for each in proxies]
        self._requests = PermitBuckets(per_second, 5 * per_second)
        self._open_requests = PermitBuckets(per_second, 5 * per_second)
        self._wrong_tokens = PermitBuckets(WRONG_PER_MINUTE / 60, WRONG_PER_MINUTE)

    def visitor(self, request: web.Request, now: float, *, is_open: bool = False) -> Visitor:
        """Return who asks; raises Unauthorized, TooMany.

        Args:
            request: Theirs.
            now: Seconds of a clock that nobody sets.
            is_open: It is for what everybody may have. That has a rate of its own, so that a load
                balancer gets its answer whatever else is asked from its address.
        """
        address = self._address(request)
        presented = _presented(request)
        token = None
        if presented is not None:
            token = self._known(presented, address, now)
            if token is None:
                raise Unauthorized("this token is not known")
        visitor = Visitor(address, token)
        wait = (self._open_requests if is_open else self._requests).wait(visitor.asker, now)
        if wait:
            raise TooMany(wait, "too many requests")
        return visitor

    def may_read(self, visitor: Visitor, request: web.Request, *, whole: bool) -> None:
        """Raise Unauthorized or Forbidden unless they may read; `whole` is beyond one source."""
        if visitor.token is None:
            if not self._reads_without_token:
                raise Unauthorized("reading takes a token")
            if self._is_local and not _names_an_address(request.host):
                raise Forbidden("without a token this is read as 127.0.0.1 or localhost only")
        elif visitor.token.scope != "read":
            raise Forbidden("this token is for writing only")
        if whole and visitor.only_source is not None:
            raise Forbidden("this token is for one source only")

    def may_write(self, visitor: Visitor, request: web.Request) -> None:
        """Raise Unauthorized or Forbidden unless they may write."""
        if visitor.token is None:
            raise Unauthorized("writing takes a token")
        if visitor.token.scope != "write":
            raise Forbidden("this token is for reading only")
        if not _is_by_itself(request):
            # A browser sends what it once logged in with, whoever's page it comes from.
            raise Unauthorized("writing takes the token as Authorization: Bearer")

    def may_respond(self, visitor: Visitor, request: web.Request) -> None:
        """Raise Unauthorized or Forbidden unless they may do something about alerts."""
        self.may_write(visitor, request)
        if visitor.only_source is not None:
            raise Forbidden("this token is for one source only")

    def in_form(self, presented: str, address: str, now: float) -> Token:
        """Return the token that was typed into a form, which no browser sends by itself.

        Raises TooMany, or Forbidden for one that may do nothing about alerts. It is never
        Unauthorized: a browser would ask for another token in a dialog.
        """
        token = self._known(presented, address, now)
        if token is None:
            raise Forbidden("this token is not known")
        if token.scope != "write":
            raise Forbidden("this token is for reading only")
        if token.source is not None:
            raise Forbidden("this token is for one source only")
        return token

    def still_holds(self, visitor: Visitor) -> bool:
        """Return whether the token of a visitor was not taken back meanwhile."""
        return visitor.token is None or visitor.token in self._tokens.tokens()

    def _known(self, presented: str, address: str, now: float) -> Token | None:
        """Return the token that was presented; None for a wrong one, raises TooMany for another."""
        token = self._tokens.find(presented)
        if token is None:
            # No right token waits for others at its address, who may be all behind one proxy.
            wait = self._wrong_tokens.wait(share_of_address(address), now)
            if wait:
                raise TooMany(wait, "too many wrong tokens")
        return token

    def _address(self, request: web.Request) -> str:
        """Return the address of who asks: that of the peer, or what a proxy of ours says."""
        address = request.remote or ""
        chain = ",".join(request.headers.getall("X-Forwarded-For", []))
        said = [each.strip() for each in chain.split(",") if each.strip()]
        while said and self._is_proxy(address):
            try:
                address = str(ip_address(said.pop()))
            except ValueError:
                break
        return address

    def _is_proxy(self, address: str) -> bool:
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._proxies)


def _names_an_address(host: str) -> bool:
    """Return whether a Host header holds an address, or the name that always means this machine."""
    name = host.rpartition(":")[0] if re.search(r":[0-9]+$", host) else host
    if name == "localhost":
        return True
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_by_itself(request: web.Request) -> bool:
    """Return whether the token came in a way in which no browser sends it by itself."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return scheme.lower() in _SCHEMES


def _presented(request: web.Request) -> str | None:
    """Return the token that came: as a bearer's, or as the password that a browser asked for."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, rest = header.partition(" ")
    if scheme.lower() in _SCHEMES:
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, ValueError):
            pass
    raise Unauthorized("Authorization has to be Bearer, or Basic with the token as password")
