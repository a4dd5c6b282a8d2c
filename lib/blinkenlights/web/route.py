"""What there is to say of a route."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec
from aiohttp import web

from blinkenlights.web.site import Asked

Handler = Callable[[Asked], Awaitable[web.StreamResponse]]
Access = Literal["open", "read", "whole", "write", "respond"]
"""Who may: anybody; who may read; who may read everything; who may write; who may write about
everything, and so do something about alerts."""

JSON = "application/json"


class NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing."""


class Answer(NamedTuple):
    """What a route answers when all is well."""

    says: str
    media_type: str = JSON
    """Empty for an answer without a body."""
    type: object = None
    """What msgspec makes a schema of, or None for text."""
    also: tuple[str, ...] = ()
    """Media types of texts that are answered when they are asked for."""


class Route(NamedTuple):
    """One method of one path."""

    method: Literal["GET", "POST", "DELETE"]
    path: str
    handler: Handler
    access: Access
    summary: str
    answers: Mapping[int, Answer]
    query: type[msgspec.Struct] = NoQuery
    takes: str = ""
    """The media type of the body; empty for none."""
    body: object = None
    """A msgspec struct that describes the body, or None for text."""
    fails: Mapping[int, str] = MappingProxyType({})
    """Status -> why, of what else can go wrong."""
    tagged: bool = False
    """Answers have an ETag."""
    name: str = ""
    """In the OpenAPI document, where that of the handler does not do."""
    is_page: bool = False
    """It is for people, who want to read what is wrong; and not in the OpenAPI document."""


def page_at(
    path: str, handler: Handler, query: type[msgspec.Struct], access: Access = "read"
) -> Route:
    """Return where a page is for people."""
    answers = {200: Answer("For people.", "text/html")}
    return Route("GET", path, handler, access, "", answers, query, is_page=True)


def form_at(path: str, handler: Handler) -> Route:
    """Return where a form of a page is sent; what is in it says who may."""
    answers = {200: Answer("For people.", "text/html")}
    return Route("POST", path, handler, "open", "", answers, is_page=True)
