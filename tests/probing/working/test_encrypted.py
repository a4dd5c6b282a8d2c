"""Between worker and broker: TLS with certificates on both sides, and users."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from probing.site import Answering
from probing.working.conftest import MakeWorker
from probing.working.driver import Driver
from servers.certificates import Certificates, issue
from servers.rabbitmq import Broker, RabbitMQ
from servers.waiting import wait_until


@pytest.fixture(scope="module")
def strict() -> Iterator[Broker]:
    """Give a broker that wants certificates of clients."""
    server = RabbitMQ(wants_certificates=True)
    try:
        server.start()
        yield Broker(server, "probes")
    finally:
        server.remove()


def shows(broker: Broker, certificates: Certificates | None) -> str:
    """Return lines of `[workers]` for a worker that shows a certificate, or none."""
    trusts = f'ca_file = "{broker.authority}"\n'
    if certificates is None:
        return trusts
    _, certificate, key = certificates
    return f'{trusts}certificate_file = "{certificate}"\nkey_file = "{key}"\n'


@pytest.mark.parametrize(
    ("has_one", "said"),
    [
        pytest.param(
            True,
            "does not take our certificate (TLSV1_ALERT_UNKNOWN_CA); show one that its authority "
            "has signed, see certificate_file and key_file",
            id="wrong",
        ),
        pytest.param(False, "wants a certificate of ours; name it in certificate_file", id="none"),
    ],
)
def test_a_worker_with_a_wrong_certificate_is_refused(
    strict: Broker, make_worker: MakeWorker, tmp_path: Path, said: str, *, has_one: bool
) -> None:
    """It says what to do."""
    certificates = issue(tmp_path) if has_one else None

    worker = make_worker("w1", url=strict.tls_url, workers=shows(strict, certificates))

    wait_until(lambda: said in worker.log.read_text(), "it to say so", 20.0)


def test_a_worker_with_a_right_certificate_and_the_wrong_user_is_refused(
    strict: Broker, make_worker: MakeWorker
) -> None:
    """A certificate alone lets nobody in."""
    url = strict.tls_url.replace(":secret@", ":wrong@")

    worker = make_worker("w1", url=url, workers=shows(strict, strict.server.certificates))

    said = "refuses the user or the password; mend the broker's URL or password_file"
    wait_until(lambda: said in worker.log.read_text(), "it to say so", 20.0)


def test_a_worker_with_both_works(
    strict: Broker, make_worker: MakeWorker, server: Answering
) -> None:
    """Nothing of what it sends can be read on the way."""
    driver = Driver(strict)
    try:
        (name,) = driver.read(f"127.0.0.1:{server.port}/health: {{every: 60s}}")
        make_worker("w1", url=strict.tls_url, workers=shows(strict, strict.server.certificates))
        driver.wait_until_ready("w1")
        driver.wait_for([driver.send(name)])
    finally:
        driver.close()

    assert [each.result for each in driver.results()] == ["ok"]
