"""What is posted: templates, Datadog's forms, and where keys go."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alert.conftest import Run
from blinkenlights.kinds.endpoint.message import Word
from blinkenlights.posting.bodies import body_of
from blinkenlights.posting.entry import of_result
from blinkenlights.probe.files.read import read_endpoints
from blinkenlights.probe.output import HttpOutput
from blinkenlights.probe.templates import filled
from blinkenlights.yaml_files.mistakes import BadFile
from posting.stage import FILE, NAME, NOON, Stage, Taker
from servers.heard import served
from servers.valkey import Valkey

DATADOG = """\
shop.example.net/health:
  every: 60s
  response_json_values: [status]
  post_endpoint: URL
  post_api_key: {param_name: api_key, param_value: REDACTED}
  post_json_info:
    title: shop health
    text: health {status}
    tags:
      - status: "{status}"
      - plain
"""
HOSTILE = ['say "ok"', "two\nlines\r", "\\", "{version}", "${HOME}", "<é\u2028>", "x" * 65_536, ""]


@pytest.fixture
def stage(valkey: Valkey) -> Stage:
    """Give a stage."""
    return Stage(valkey)


def output_of(text: str, **environment: str) -> HttpOutput:
    """Return the output of a file."""
    (found,) = read_endpoints(text.encode(), "a.yml", environment, NOON).endpoints
    (output,) = found.outputs
    assert isinstance(output, HttpOutput)
    return output


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_captured_value_ends_a_text_or_begins_another_place(
    stage: Stage, run: Run, hostile: str
) -> None:
    """What an endpoint answers is data, all the way."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            stage.reads(FILE, taker.url)
            async with stage.posting() as posting:
                stage.put(posting, stage.result(0, status=hostile, version=None))
                await stage.until(lambda: stage.count("sent") == 1)
        return taker

    assert run(scenario()).bodies == [{"text": f"{hostile} of ", "version": None}]


@given(st.text(), st.none() | st.booleans() | st.integers() | st.text())
def test_a_text_that_is_one_place_keeps_the_type(text: str, value: Any) -> None:  # noqa: ANN401
    """And any other text is JSON again, whatever stands in it."""
    template = {"whole": "{a}", "part": f"<{{a}}>{text}", "list": [{"deep": "{a}"}], "number": 1}

    found = filled(template, {"a": value})

    assert (found["whole"], found["list"], found["number"]) == (value, [{"deep": value}], 1)
    assert isinstance(found["part"], str)


@pytest.mark.parametrize("name", ["queue depth", 'nodes["a.b"]', "état", "1st", "labels.a/b"])
def test_whatever_can_be_captured_has_a_place(name: str) -> None:
    """Also what is no word of letters and digits."""
    assert filled([f"{{{name}}}", f"it is {{{name}}}"], {name: 7}) == [7, "it is 7"]


def test_doubled_braces_are_letters() -> None:
    """So that a template can have them."""
    assert filled("{{queue depth}} { a } {}", {"a": 1}) == "{queue depth} { a } {}"
    assert filled("{{a}} is {a}", {"a": 1}) == "{a} is 1"
    assert filled("{{a}}", {"a": 1}) == "{a}"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        (FILE.replace("{status} of", "{state} of"), "has {state}, for which there is no value"),
        ("self: {post_endpoint: 'http://a/', post_json_info: '{status}'}", "There are: prober"),
        (
            DATADOG.replace("URL", "http://a/api/v2/events").replace(
                "title: shop health", "data: {}"
            ),
            "which is all that v2 takes",
        ),
        (FILE + "  post_api_key: {bearer: a, basic: 'b:c'}\n", "has bearer and basic"),
        (FILE + "  post_api_key: {basic: b}\n", "basic wants user:password"),
        (FILE + "  post_api_key: {param_name: a}\n", "wants both param_name and param_value"),
        (FILE + '  post_api_key: {header: {A: "b\\nc"}}\n', "cannot be a header"),
        (FILE + "  post_api_key: {header: {'A B': c}}\n", "cannot be a header"),
        (FILE.replace("{status} of", "{queue depth} of"), "has {queue depth}, for which there is"),
        (FILE.replace("{status} of", "{état} of"), "has {état}, for which there is no value"),
        (FILE + "  post_proxy: 'http://'\n", "write host:port/path"),
    ],
    ids=[
        *("unknown", "of the prober", "category", "two keys", "login", "half", "line"),
        *("blank in a header", "blank", "not ASCII", "proxy"),
    ],
)
def test_what_cannot_be_posted_is_a_mistake_of_the_file(text: str, advice: str) -> None:
    """It is told before anything is probed."""
    with pytest.raises(BadFile) as bad:
        read_endpoints(text.replace("URL", "http://a").encode(), "a.yml", {}, NOON)

    assert advice in str(bad.value.mistakes[0])


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("", ("/in?x=1", {})),
        ("{param_name: k, param_value: '${SECRET}'}", ("/in?x=1&k=a%26b:c", {})),
        ("{parameter: {k: '${SECRET}'}}", ("/in?x=1&k=a%26b:c", {})),
        ("{header: {X-Key: '${SECRET}'}}", ("/in?x=1", {"x-key": "a&b:c"})),
        ("{bearer: '${SECRET}'}", ("/in?x=1", {"authorization": "Bearer a&b:c"})),
        ("{basic: '${SECRET}'}", ("/in?x=1", {"authorization": "Basic YSZiOmM="})),
    ],
)
def test_where_the_key_goes(
    stage: Stage, run: Run, key: str, sent: tuple[str, dict[str, str]]
) -> None:
    """And it is nowhere in the store."""

    async def scenario() -> Taker:
        async with served(taker := Taker()):
            text = FILE.replace("URL/in", "URL/in?x=1")
            text += f"  post_api_key: {key}\n" if key else ""
            stage.reads(text, taker.url, {"SECRET": "a&b:c"})
            taker.answers_next(500)
            async with stage.posting() as posting:
                stage.put(posting, stage.result())
                await stage.until(lambda: stage.count("failed") == 1)
                stored = stage.stored()
                stage.now += 10.0
                await stage.until(lambda: stage.count("sent") == 1)
        assert not [each for each in ("a&b:c", "YSZiOmM=", "a%26b") if each in stored]
        return taker

    for request in run(scenario()).requests:
        assert request.path == sent[0]
        assert request.headers.items() >= sent[1].items()


def test_the_published_event_of_datadog(stage: Stage) -> None:
    """Version 1: tags are texts there, and it is dated by when the probe was due."""
    output = output_of(DATADOG.replace("URL", "https://app.datadoghq.com/api/v1/events"))

    body = body_of(output, NAME, of_result(stage.result(1)))

    assert output.dialect == "datadog v1"
    assert body == {
        "title": "shop health",
        "text": "health ok",
        "tags": ["status:ok", "plain"],
        "date_happened": int(NOON) + 60,
    }


@pytest.mark.parametrize("hostile", ["soon", "9" * 5000, 1e308, -1.0, None, True, "", "1e400"])
def test_a_moment_that_is_none_gives_way_to_when_it_was_due(stage: Stage, hostile: Any) -> None:  # noqa: ANN401
    """An endpoint's answer must not hold up what is behind it."""
    text = DATADOG.replace("    title:", '    date_happened: "{status}"\n    title:')
    output = output_of(text.replace("URL", "https://app.datadoghq.com/api/v1/events"))

    body = body_of(output, NAME, of_result(stage.result(status=hostile)))

    assert body["date_happened"] in (int(NOON), 1)
    assert json.loads(msgspec.json.encode(body)) == body


def test_an_event_is_as_long_as_datadog_takes_it(stage: Stage) -> None:
    """What is too long is cut, and not refused."""
    output = output_of(DATADOG.replace("URL", "https://app.datadoghq.com/api/v1/events"))

    body = body_of(output, NAME, of_result(stage.result(status="é" * 6000)))

    assert len(body["text"].encode()) <= 4000
    assert len(body["tags"][0].encode()) <= 200


@pytest.mark.parametrize(
    ("result", "status"), [("ok", "ok"), ("degraded", "warn"), ("failed", "error")]
)
def test_an_event_of_version_2_is_an_alert(stage: Stage, result: Word, status: str) -> None:
    """It takes only these, and changes."""
    url = "https://event-management-intake.datadoghq.eu/api/v2/events"
    output = output_of(DATADOG.replace("URL", url))

    body = body_of(output, NAME, of_result(stage.result(0, result)))

    assert body["data"]["type"] == "event"
    assert body["data"]["attributes"] == {
        "category": "alert",
        "title": "shop health",
        "message": "health ok",
        "tags": ["status:ok", "plain"],
        "timestamp": "2025-11-28T12:00:00Z",
        "attributes": {"status": status},
        "aggregation_key": NAME,
    }


def test_a_whole_event_of_version_2_is_posted_as_it_is_written(stage: Stage) -> None:
    """A change has fields of its own."""
    whole = {"data": {"type": "event", "attributes": {"category": "change", "title": "{status}"}}}
    text = FILE.replace('{text: "{status} of {version}", version: "{version}"}', json.dumps(whole))
    output = output_of(text.replace("URL/in", "https://a/api/v2/events"))

    body = body_of(output, NAME, of_result(stage.result()))

    assert body["data"]["attributes"] == {"category": "change", "title": "ok"}
