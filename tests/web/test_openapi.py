"""The OpenAPI document, and that the server does what it says."""

import time
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, CheckFunction, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from blinkenlights.web import access
from blinkenlights.web.routes import ROUTES
from servers.simulated_alerts import SimulatedAlerts
from servers.simulation import Simulation
from web.conftest import Serve
from web.serving import Serving
from web.transfers import Transfers

UNDESCRIBED: list[CheckFunction] = [positive_data_acceptance, negative_data_rejection]
"""What no schema can say of signals: which characters print, which times can be, which other forms
are taken. The answer, 422 with the reason, is described; test_post.py has the rules."""


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: object) -> bytes:
    """Return what is sent for a body of lines."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def test_the_document_is_made_from_the_routes(web: Serving) -> None:
    """Whatever is served under /api/ is described, and nothing else."""
    document = web.get("/api/v1/openapi.json").json

    described = {
        (method.upper(), path) for path, item in document["paths"].items() for method in item
    }
    served = {(route.method, route.path) for route in ROUTES if not route.is_page}
    assert document["openapi"] == "3.1.0"
    assert described == served
    assert ("POST", "/api/v1/heartbeat") in described


def test_the_server_does_what_the_document_says(
    simulation: Simulation,
    transfers: Transfers,
    alerts: SimulatedAlerts,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of all that schemathesis makes up, nothing is answered other than described."""
    # It tries wrong tokens by the hundred, and is to be told that they are wrong.
    monkeypatch.setattr(access, "WRONG_PER_MINUTE", 1_000_000)
    simulation.beat("x", extras={"depth": 7})
    simulation.beat("y", age=600)
    transfers.count("alice", "metpx")
    alerts.rule("slow")
    alerts.alert("slow", "x")
    alerts.told("slow: x")
    began = time.monotonic()
    web = serve(post=True, rate=100_000)
    reader, writer = web.token("reader"), web.token("writer", "write")
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{web.port}/api/v1/openapi.json")
    tried = set()

    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        tried.add(operation.path)
        # Its clock goes on: without a new report it would be unhealthy after a minute.
        simulation.collector(age=began - time.monotonic())
        token = writer if operation.method in ("post", "delete") else reader
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            # Of what takes anything, or nothing, nothing can be wrong.
            with suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
                try_out(operation, mode, token)

    # The document itself is read and not tried.
    served = {route.path for route in ROUTES if not route.is_page}
    assert tried == served - {"/api/v1/openapi.json"}


def try_out(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, token: str) -> None:
    """Ask eight things, right or wrong, and hold each answer against the document."""

    @settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {token}"},
            excluded_checks=UNDESCRIBED if case.method == "POST" else [],
        )

    ask()
