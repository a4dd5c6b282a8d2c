"""The OpenAPI document, made from the table of routes."""

from collections.abc import Sequence
from typing import Any

import msgspec

from blinkenlights import __version__
from blinkenlights.kinds.rows import Row
from blinkenlights.web.problems import Problem
from blinkenlights.web.route import Route
from blinkenlights.web.views import displays

_REFERENCE = "#/components/schemas/{name}"
_ALWAYS = {
    400: "The query, or the body, cannot be understood.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "The store does not answer, or does not take more now.",
}
_WITH_TOKEN = {
    401: "It takes a token, or another one.",
    403: "The token is for something else.",
}
_WITH_BODY = {
    413: "The body is too long.",
    415: "The body is compressed otherwise than with gzip or deflate.",
}


Schemas = Sequence[tuple[object, dict[str, Any]]]
"""Types, and the schema of each."""


def describe(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of some routes."""
    answers = [answer.type for route in routes for answer in route.answers.values()]
    bodies = [route.body for route in routes]
    types = [each for each in [Problem, *answers, *bodies] if each is not None]
    made, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    # Kinds do not know of each other, so that a row's own type cannot say which there are.
    components[Row.__name__]["properties"]["kind"] = {"enum": sorted(displays())}
    schemas = list(zip(types, made, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Blinkenlights",
            "version": __version__,
            "summary": "Which of the things that talk over our broker have fallen silent?",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    def schema(kind: object) -> dict[str, Any]:
        return next((made for each, made in schemas if each == kind), {})

    responses = {
        str(status): _response(answer.says, answer.media_type, schema(answer.type))
        for status, answer in route.answers.items()
    }
    for status, answer in route.answers.items():
        for media_type in answer.also:
            responses[str(status)]["content"][media_type] = {"schema": {"type": "string"}}
    for status, says in _failures(route).items():
        responses.setdefault(
            str(status), _response(says, "application/problem+json", schema(Problem))
        )
    if route.tagged:
        responses["304"] = {"description": "Nothing has changed but time."}
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{route.name or route.handler.__name__}",
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": responses,
    }
    if route.access in ("write", "respond"):
        operation["security"] = [{"token": []}]
    elif route.access != "open":
        operation["security"] = [{}, {"token": []}]
    if route.takes:
        body = {"schema": schema(route.body) or {"type": "string"}}
        operation["requestBody"] = {"required": True, "content": {route.takes: body}}
    return operation


def _failures(route: Route) -> dict[int, str]:
    failures = dict(_ALWAYS)
    if route.access != "open":
        failures |= _WITH_TOKEN
    if "{" in route.path or "cursor" in route.query.__struct_fields__:
        failures[404] = "There is no such thing, or not for this token."
    if route.takes:
        failures |= _WITH_BODY
    return failures | dict(route.fails)


def _response(says: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    if not media_type:
        return {"description": says}
    return {"description": says, "content": {media_type: {"schema": schema}}}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
        for name in names
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    _, schemas = msgspec.json.schema_components([route.query], ref_template=_REFERENCE)
    properties = schemas[route.query.__name__].get("properties", {})
    return [
        {
            "name": name,
            "in": "query",
            "description": schema.get("description", ""),
            "schema": {key: value for key, value in schema.items() if key != "description"},
        }
        for name, schema in properties.items()
    ]
