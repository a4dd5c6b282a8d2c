"""AWS, as moto answers for it: events by EventBridge, metrics by CloudWatch."""

import asyncio
import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from moto.server import ThreadedMotoServer

from alert.conftest import Run
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.posting import aws_sender
from blinkenlights.posting.aws_sender import AwsSender
from blinkenlights.posting.entry import Entry, of_result
from blinkenlights.posting.sender import Item, Sent
from blinkenlights.probe.output import AwsOutput
from posting.stage import NAME, NOON, Stage
from servers import endpoints
from servers.certificates import issue
from servers.heard import Request, Service, served
from servers.valkey import Valkey

FILE = """\
shop.example.net/health:
  every: 60s
  capture: [status, version]
  post_service: aws-cloudwatch
  aws_key: who
  aws_secret: sesame
  aws_region: eu-west-1
  aws_url: URL
"""
EVENT = """\
  data_detail_type: type1
  data_details_json: [{status: "{status}"}, {version: "{version}"}]
  data_source: shop.example.net/health
  data_resources: [health]
"""
METRIC = """\
  data_namespace: Shop
  data_metric_name: seconds
"""


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """Give the URL of a server that answers as AWS does."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def client(url: str, service: str) -> Any:  # noqa: ANN401 - boto3's own
    """Return a client of somebody who looks."""
    return boto3.client(
        service,
        region_name="eu-west-1",
        endpoint_url=url,
        aws_access_key_id="who",
        aws_secret_access_key="sesame",
    )


def caught(url: str) -> Any:  # noqa: ANN401 - boto3's own
    """Let a queue of SQS catch all events; returns what gives them."""
    events, queues = client(url, "events"), client(url, "sqs")
    queue = queues.create_queue(QueueName="caught")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    pattern = json.dumps({"source": [{"prefix": ""}]})
    events.put_rule(Name="all", EventPattern=pattern, State="ENABLED")
    target = {"Id": "1", "Arn": arn["Attributes"]["QueueArn"]}
    events.put_targets(Rule="all", Targets=[target])

    def take() -> list[dict[str, Any]]:
        found = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [json.loads(each["Body"]) for each in found.get("Messages", ())]

    return take


def test_an_event_as_the_published_form_has_it(stage: Stage, run: Run, moto: str) -> None:
    """Its list of details becomes the object that AWS wants."""
    take = caught(moto)

    async def scenario() -> None:
        stage.reads(FILE + EVENT, moto)
        async with stage.posting() as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    (event,) = take()
    assert event["source"] == "shop.example.net/health"
    assert (event["detail-type"], event["resources"]) == ("type1", ["health"])
    assert event["detail"] == {"status": "ok", "version": 7}
    assert event["time"] == "2025-11-28T12:00:00Z"


def test_a_metric(stage: Stage, run: Run, moto: str) -> None:
    """Namespace, name, the moment when it was due, and a number."""

    async def scenario() -> None:
        stage.reads(FILE + METRIC, moto)
        async with stage.posting() as posting:
            stage.put(posting, stage.result())
            await stage.until(lambda: stage.count("sent") == 1)

    run(scenario())
    found = client(moto, "cloudwatch").get_metric_statistics(
        Namespace="Shop",
        MetricName="seconds",
        StartTime=NOON - 60,
        EndTime=NOON + 60,
        Period=60,
        Statistics=["Sum"],
    )
    (point,) = found["Datapoints"]
    assert (point["Sum"], point["Timestamp"].timestamp()) == (0.25, NOON)


class Aws(Service):
    """Answers put_events with given rows."""

    def __init__(self, *rows: dict[str, str], failed: int | None = None) -> None:
        super().__init__()
        self.rows = rows
        self.failed = sum("ErrorCode" in row for row in rows) if failed is None else failed

    async def answer(self, request: Request) -> web.StreamResponse:
        """Say what became of each."""
        del request
        answer = {"FailedEntryCount": self.failed, "Entries": self.rows}
        return web.json_response(answer, content_type="application/x-amz-json-1.1")


def items(stage: Stage, number: int) -> list[Item]:
    """Return some entries."""
    entries = [of_result(stage.result(each)) for each in range(number)]
    return [Item(each, "key", may_be_repeated=False) for each in entries]


async def sent(url: str, some: list[Item], **more: Any) -> Sent:  # noqa: ANN401
    """Return what becomes of some."""
    sender = AwsSender(
        AwsOutput("who", "sesame", "shop", "", b"", region="eu-west-1", url=url, **more)
    )
    try:
        return await sender.send(NAME, some)
    finally:
        await sender.close()


@pytest.mark.parametrize("failed", [None, 0])
def test_each_entry_of_an_answer_is_looked_at(stage: Stage, run: Run, failed: int | None) -> None:
    """AWS raises nothing: MalformedDetail is for good, a failure of its own is not."""
    rows = (
        {"EventId": "1"},
        {"ErrorCode": "MalformedDetail", "ErrorMessage": "sesame"},
        {"ErrorCode": "InternalFailure", "ErrorMessage": "busy"},
        {"EventId": "2"},
    )

    async def scenario() -> tuple[Sent, list[Item]]:
        some = items(stage, 4)
        async with served(aws := Aws(*rows, failed=failed)):
            return await sent(aws.url, some), some

    found, some = run(scenario())
    assert list(found.taken) == [some[0], some[3]]
    assert list(found.refused) == [some[1]]
    assert list(found.left) == [some[2]]
    assert str(found.error) == "AWS EventBridge in eu-west-1 refused 2 of 4 events: MalformedDetail"


def test_a_malformed_detail_counts_as_failed(stage: Stage, run: Run) -> None:
    """It is given up and kept to be read; what came with it is posted."""

    async def scenario() -> None:
        rows = ({"ErrorCode": "MalformedDetail"}, {"EventId": "2"})
        async with served(aws := Aws(*rows)):
            stage.reads(FILE + EVENT, aws.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(0), stage.result(1))
                await stage.until(lambda: stage.count("dead") == 1)

    run(scenario())
    assert (stage.count("sent"), stage.count("failed")) == (1, 1)


class Strict(Service):
    """Refuses a whole request for one entry in it, as AWS does for what it cannot make sense of."""

    async def answer(self, request: Request) -> web.StreamResponse:
        """Refuse what has the second entry."""
        entries = json.loads(request.body)["Entries"]
        if any('"version":1}' in each["Detail"] for each in entries):
            said = json.dumps({"__type": "ValidationException", "message": "sesame"})
            return web.Response(status=400, text=said, content_type="application/x-amz-json-1.1")
        answer = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}] * len(entries)}
        return web.json_response(answer, content_type="application/x-amz-json-1.1")


def test_a_request_that_is_refused_as_a_whole_costs_the_bad_entry_alone(
    stage: Stage, run: Run
) -> None:
    """It is found by posting each alone."""
    whole = FILE + "  data_details_json: {version: '{version}'}\n"

    async def scenario() -> None:
        async with served(aws := Strict()):
            stage.reads(whole, aws.url)
            async with stage.posting() as posting:
                stage.put(posting, *(stage.result(each, version=each) for each in range(4)))
                await stage.until(lambda: stage.count("sent") == 3)

    run(scenario())
    (letter,) = stage.letters()
    assert stage.count("dead") == letter["number"] == 1
    assert letter["entries"][0]["values"]["version"] == 1
    assert letter["error"] == "AWS EventBridge in eu-west-1 answered ValidationException"


def test_aws_is_reached_by_the_proxy_and_trusted_by_the_authority_of_the_file(
    stage: Stage, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As any other output; variables of the environment change nothing."""
    files = issue(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(files.certificate, files.key)

    async def scenario() -> tuple[Sent, str, Sent, int]:
        some = items(stage, 1)
        async with (
            served(aws := Aws({"EventId": "1"}), tls),
            served(proxy := Aws({"EventId": "1"})),
        ):
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            found = await sent(aws.url, some, ca_file=str(files.authority))
            with pytest.raises(CannotSayError) as raised:
                await sent(aws.url, some)
            unproxied = len(proxy.requests)
            proxied = await sent("http://aws.example.net", some, proxy=proxy.url)
        return found, str(raised.value), proxied, unproxied

    found, why, proxied, unproxied = run(scenario())
    assert len(found.taken) == len(proxied.taken) == 1
    assert why == "AWS EventBridge in eu-west-1 is not trusted, or breaks TLS"
    assert unproxied == 0


def test_a_key_that_aws_does_not_take_is_named_by_its_code_alone(stage: Stage, run: Run) -> None:
    """It is waited for: somebody may mend it. What AWS says beside that may hold the key."""

    async def scenario() -> CannotSayError:
        async with served(aws := Aws()):
            said = json.dumps({"__type": "UnrecognizedClientException", "message": "who? sesame"})
            aws.answers_next(400, said)
            with pytest.raises(CannotSayError) as raised:
                await sent(aws.url, items(stage, 1))
            return raised.value

    error = run(scenario())
    assert str(error) == "AWS EventBridge in eu-west-1 answered UnrecognizedClientException"
    assert not error.is_final


def test_nobody_is_there(stage: Stage, run: Run, free_port: Any) -> None:  # noqa: ANN401
    """It was not sent."""

    async def scenario() -> CannotSayError:
        with pytest.raises(CannotSayError) as raised:
            await sent(f"http://127.0.0.1:{free_port()}", items(stage, 1))
        return raised.value

    error = run(scenario())
    assert str(error) == "AWS EventBridge in eu-west-1 cannot be reached"
    assert not error.is_unsure


def test_an_answer_that_is_dripped_holds_up_nobody(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another output, however many of them drip, nor the end."""
    monkeypatch.setattr(aws_sender, "SECONDS", 7.0)
    start = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"

    async def scenario() -> tuple[list[object], Sent]:
        some = items(stage, 1)
        async with (
            endpoints.serving(endpoints.drips(start)) as port,
            served(aws := Aws({"EventId": "1"})),
        ):
            url = f"http://127.0.0.1:{port}"
            dripping = [asyncio.create_task(sent(url, some)) for _ in range(9)]
            found = await sent(aws.url, some)
            return await asyncio.gather(*dripping, return_exceptions=True), found

    refused, found = run(scenario())
    assert len(found.taken) == 1
    assert {type(each) for each in refused} == {CannotSayError}
    assert str(refused[0]) == "AWS EventBridge in eu-west-1 did not answer within 7 seconds"


def test_a_value_that_is_no_number_is_refused(stage: Stage, run: Run, moto: str) -> None:
    """For good: it will be none the next time."""

    async def scenario() -> CannotSayError:
        with pytest.raises(CannotSayError) as raised:
            await sent(moto, items(stage, 1), namespace="Shop", value="{status}")
        return raised.value

    error = run(scenario())
    assert (str(error), error.is_final) == ("data_value {status} is no number", True)


def test_many_large_entries_go_in_portions(run: Run) -> None:
    """AWS takes 256 KB at once."""

    async def scenario() -> tuple[Sent, int]:
        large = {f"v{number}": "x" * 1024 for number in range(60)}
        entry = Entry(at=NOON, result="ok", values=dict(large))
        some = [Item(entry, str(number), may_be_repeated=False) for number in range(10)]
        async with served(aws := Aws(*({"EventId": str(each)} for each in range(10)))):
            found = await sent(aws.url, some)
            return found, len(aws.requests[0].body)

    found, size = run(scenario())
    assert len(found.taken) + len(found.left) == 10
    assert found.error is None
    assert size < 256_000


def test_without_boto3_it_is_said_what_to_install(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is for those who want it."""
    monkeypatch.setitem(sys.modules, "boto3", None)

    async def scenario() -> str:
        with pytest.raises(CannotSayError) as raised:
            await sent("http://127.0.0.1:1", items(stage, 1))
        return str(raised.value)

    assert "install blinkenlights[aws]" in run(scenario())


def test_a_prober_without_such_outputs_does_not_import_it(run: Run) -> None:
    """It costs a third of a second and 50 MB."""

    async def scenario() -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "import sys, blinkenlights.probing.source; print('boto3' in sys.modules)",
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        return said

    assert run(scenario()) == b"False\n"
