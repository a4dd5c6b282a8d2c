"""The published form of endpoint files: what it becomes, and how its mistakes are repaired."""

import pytest

from blinkenlights.probe.files.read import EndpointFile, read_endpoints
from blinkenlights.probe.output import AwsOutput, HttpOutput
from blinkenlights.yaml_files.mistakes import BadFile

PUBLISHED = """\
shop.example.net/health:
  cron_schedule: "* * * * *"
  scheme: https
  response_json_values: [state, version]
  success_test: {key: state, value: fine}
  post_endpoint: https://events.example.net/v1
  post_api_key: {param_name: key, param_value: sesame}
  post_json_info: {title: shop, tags: [{state: "{state}"}]}
"""
AWS = """\
  post_service: aws-cloudwatch
  aws_key: who
  aws_secret: sesame
  data_detail_type: health
  data_details_json: [{version: "{version}"}]
  data_source: shop.example.net
  data_resources: [shop]
"""


def read(text: str) -> EndpointFile:
    """Return what a file says."""
    return read_endpoints(text.encode(), "a.yml", {}, 1_764_331_200.0)


def mistake(text: str) -> str:
    """Return the first thing that is wrong."""
    with pytest.raises(BadFile) as bad:
        read(text)
    return str(bad.value.mistakes[0])


def test_an_endpoint_in_the_published_form() -> None:
    """Each key has its place."""
    (found,) = read(PUBLISHED).endpoints

    assert found.request.url == "https://shop.example.net/health"
    assert tuple(found.capture) == ("state", "version")
    assert any(each.text == "json.state: 'fine'" for each in found.tests)
    (output,) = found.outputs
    assert isinstance(output, HttpOutput)
    assert (output.url, output.auth, output.auth_name, output.secret) == (
        "https://events.example.net/v1",
        "parameter",
        "key",
        "sesame",
    )
    assert b'"{state}"' in output.payload


def test_results_for_a_service() -> None:
    """Besides the URL: an endpoint may have both."""
    outputs = read(PUBLISHED + AWS).endpoints[0].outputs

    assert [type(each) for each in outputs] == [HttpOutput, AwsOutput]
    assert isinstance(outputs[1], AwsOutput)
    assert (outputs[1].key, outputs[1].source, outputs[1].resources) == (
        "who",
        "shop.example.net",
        ("shop",),
    )


def test_all_of_a_url_may_be_in_one_mapping() -> None:
    """As the published file is when it is repaired by its indentation."""
    text = (
        "a/b:\n  every: 60s\n  post_endpoint:\n    url: https://events.example.net/\n"
        "    post_api_key: {param_name: key, param_value: sesame}\n"
        "    post_json_info: {title: b}\n"
    )
    (output,) = read(text).endpoints[0].outputs

    assert isinstance(output, HttpOutput)
    assert (output.secret, output.payload) == ("sesame", b'{"title":"b"}')


def test_two_outputs_of_the_prober_are_a_list() -> None:
    """YAML has no key twice."""
    text = (
        "self:\n  - {post_service: aws-cloudwatch, aws_key: who, aws_secret: sesame}\n"
        "  - post_endpoint: https://events.example.net/\n"
    )

    assert [type(each) for each in read(text).self_outputs] == [AwsOutput, HttpOutput]


def test_one_output_of_the_prober_is_a_mapping() -> None:
    """As it was published."""
    text = "self: {post_endpoint: 'https://events.example.net/'}\n"

    assert len(read(text).self_outputs) == 1


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("a/b:\n  cron_schedule: * * * * *\n", 2, 'wants quotes, as in "* * * * *"'),
        (
            "a/b:\n  every: 60s\n  post_endpoint: https://c\n    post_api_key:\n      a: d\n",
            4,
            "indent them like the line of that value",
        ),
        (
            "a/b:\n  every: 60s\n  post_endpoint: https://c\n  post_json_info: {a: {state}}\n",
            4,
            "quote it: '{state}'",
        ),
        (
            "self: {post_endpoint: 'https://c'}\nself: {post_endpoint: 'https://d/'}\n",
            2,
            "write one self: with a list below it",
        ),
    ],
    ids=["stars", "deeper", "braces", "self twice"],
)
def test_what_is_no_yaml_in_the_published_file_is_told_with_its_repair(
    text: str, line: int, advice: str
) -> None:
    """Its four mistakes."""
    found = mistake(text)

    assert found.startswith(f"line {line}: ")
    assert advice in found
