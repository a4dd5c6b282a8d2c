"""Endpoints travel as their files have them, and are read where they are probed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from blinkenlights.probe.endpoint import Endpoint
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probing.jobs.definitions import definition_of, endpoint_of
from blinkenlights.probing.jobs.messages import Job, decode_for_worker, encode
from blinkenlights.yaml_files.permitted import Permitted
from blinkenlights.yaml_files.secrets import NoSecret, NotPermitted

FILE = b"""
defaults:
  every: 60s
  labels: {team: web}
www.example.net/health:
  auth: {bearer: "${TOKEN}"}
  proxy: ${PROXY}
  headers: {B: b, A: a}
  labels: {tier: 1}
  post_endpoint: https://example.org/in
  post_api_key: {param_name: key, param_value: "${KEY}"}
  location: dc-2
  confirm: 2 of 3
"""
SECRETS = {"TOKEN": "sesame-1", "PROXY": "http://proxy.example.net:8080"}


def read(environment: dict[str, str], *, is_scheduled: bool = False) -> Endpoint:
    """Return the endpoint of the file, as somebody with this environment reads it."""
    found = read_endpoints(FILE, "a.yml", environment, 0.0, is_scheduled=is_scheduled)
    return found.endpoints[0]


def travelled(
    endpoint: Endpoint, environment: dict[str, str], permitted: Sequence[str] = ("TOKEN", "PROX*")
) -> Endpoint:
    """Return an endpoint as a worker has it that got a job with it."""
    job = decode_for_worker(encode(Job("1", 1, definition_of(endpoint), 0.0, 60.0)))
    assert isinstance(job, Job)
    return endpoint_of(job.definition, environment, Permitted(permitted), 0.0)


def test_a_worker_reads_what_a_prober_reads() -> None:
    """All but outputs and their secrets, which are the scheduler's."""
    alone = read({"KEY": "k", **SECRETS})

    found = travelled(alone, SECRETS)

    assert found.request._replace(secrets=()) == alone.request._replace(secrets=())
    assert {"sesame-1"} <= set(found.request.secrets) < set(alone.request.secrets)
    assert [each.text for each in found.tests] == [each.text for each in alone.tests]
    ours, own = (each._replace(tests=(), outputs=()) for each in (found, alone))
    assert ours._replace(request=own.request) == own
    assert definition_of(alone).is_posted


def test_no_secret_travels() -> None:
    """Neither those of the scheduler, nor where results are posted to."""
    sent = encode(definition_of(read({"KEY": "k", **SECRETS})))

    assert b"${TOKEN}" in sent
    assert not any(each in sent for each in (b"sesame", b"proxy.example", b"KEY", b"example.org"))


def test_a_scheduler_needs_no_secret_of_requests() -> None:
    """It knows when and where all the same, and what travels is the same."""
    scheduled = read({"KEY": "k"}, is_scheduled=True)

    assert scheduled.request.host == "www.example.net"
    assert (scheduled.location, scheduled.confirm) == ("dc-2", (2, 3))
    assert scheduled.digest == read({"KEY": "k", **SECRETS}).digest


def test_a_secret_that_is_missing_is_named() -> None:
    """By the worker, who has to get it."""
    with pytest.raises(NoSecret, match="the variable TOKEN is not set"):
        travelled(read({"KEY": "k"}, is_scheduled=True), {})


def test_the_digest_changes_with_the_file() -> None:
    """So that workers read what is new, and only that."""
    changed = FILE.replace(b"tier: 1", b"tier: 2")
    found = read_endpoints(changed, "a.yml", {"KEY": "k"}, 0.0, is_scheduled=True).endpoints[0]

    assert found.digest != read({"KEY": "k"}, is_scheduled=True).digest


@pytest.mark.parametrize("permitted", [(), ("PROXY",), ("TOKE",), ("/TOKEN",)])
def test_a_secret_that_jobs_may_not_use_is_not_put_in(permitted: Sequence[str]) -> None:
    """Whoever sends jobs says where it would go."""
    with pytest.raises(NotPermitted, match=r"add '(TOKEN|PROXY)' to secrets in \[workers\]"):
        travelled(read({"KEY": "k", **SECRETS}), SECRETS, permitted)


@pytest.mark.parametrize("where", ["headers: {A: '${file:FILE}'}", "tls: {certificate_file: FILE}"])
def test_files_that_jobs_may_not_use_are_not_read(tmp_path: Path, where: str) -> None:
    """A star is no slash, and no path leads out of a folder."""
    folder = tmp_path / "secrets"
    (folder / "deep").mkdir(parents=True)
    for name in ("a", "deep/a"):
        (folder / name).write_text("sesame")
    (tmp_path / "b").write_text("sesame")

    def reads(path: str) -> bool:
        text = f"www.example.net:\n  every: 60s\n  {where.replace('FILE', path)}\n"
        found = read_endpoints(text.encode(), "a.yml", {}, 0.0, is_scheduled=True).endpoints
        try:
            travelled(found[0], {}, [f"{folder}/*"])
        except NotPermitted:
            return False
        return True

    assert reads(f"{folder}/a")
    assert not reads(f"{folder}/deep/a")
    assert not reads(f"{folder}/../b")
    assert not reads(f"{tmp_path}/b")
