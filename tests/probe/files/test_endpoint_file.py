"""What a file says of its endpoints, and what is wrong with it."""

from base64 import b64encode
from pathlib import Path

import pytest

from blinkenlights.probe.endpoint import Endpoint, Policy
from blinkenlights.probe.files.read import EndpointFile, read_endpoints
from blinkenlights.probe.judge import judge
from blinkenlights.probe.observation import Observation, Phases
from blinkenlights.probe.schedule import Cron, Every
from blinkenlights.yaml_files.mistakes import BadFile

NOW = 1_764_331_200.0
HEAD = "www.example.net/health:\n  every: 15s\n"
ENVIRONMENT = {"TOKEN": "quite secret&", "HOST": "inner.example.net"}


def read(text: str) -> EndpointFile:
    """Return what a file says."""
    return read_endpoints(text.encode(), "a.yml", ENVIRONMENT, NOW)


def one(lines: str) -> Endpoint:
    """Return the endpoint that has these keys besides its schedule."""
    (found,) = read(HEAD + "".join(f"  {each}\n" for each in lines.splitlines())).endpoints
    return found


def mistakes(text: str) -> list[str]:
    """Return what is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        read(text)
    return [str(each) for each in bad.value.mistakes]


def test_the_shortest_endpoint_is_a_key_and_a_period() -> None:
    """Its key is its name and its address; it has to answer 200 to 299 within ten seconds."""
    found = one("")

    assert (found.name, found.file, found.line) == ("www.example.net/health", "a.yml", 1)
    assert found.schedule == Every(15.0)
    assert found.request.url == "http://www.example.net/health"
    assert found.request.timeout == 10.0
    assert [each.text for each in found.tests] == ["status: 200 to 299"]


@pytest.mark.parametrize(
    ("written", "expression"),
    [("*/5 8-17 * * 1-5", "*/5 8-17 * * 1-5"), ("@hourly", "0 * * * *"), ("@Daily", "0 0 * * *")],
)
def test_a_cron_expression_is_one_of_its_zone(written: str, expression: str) -> None:
    """Names for common ones are resolved."""
    text = f'a/b:\n  cron_schedule: "{written}"\n  time_zone: Europe/Riga\n'
    schedule = read(text).endpoints[0].schedule

    assert isinstance(schedule, Cron)
    assert (schedule.expression, schedule.zone.key) == (expression, "Europe/Riga")


def test_a_probe_ends_before_the_next_one_is_due() -> None:
    """What is probed often has less time, unless the file says how much."""
    assert read("a/b: {every: 5s}\n").endpoints[0].request.timeout == 4.0
    assert one("timeout: 14s").request.timeout == 14.0


@pytest.mark.parametrize(
    ("keys", "header"),
    [
        ('auth: {bearer: "${TOKEN}"}', ("Authorization", "Bearer quite secret&")),
        ("auth: {basic: 'me:pw'}", ("Authorization", "Basic bWU6cHc=")),
        ('auth: {header: {X-Key: "${TOKEN}"}}', ("X-Key", "quite secret&")),
        ("headers: {Accept: text/plain}", ("Accept", "text/plain")),
    ],
)
def test_headers_are_sent(keys: str, header: tuple[str, str]) -> None:
    """With what they need filled in."""
    assert header in one(keys).request.headers


def test_a_parameter_is_in_the_url_and_never_shown() -> None:
    """Neither as it was given nor as it is in the URL, where an error would quote it."""
    request = one('auth: {parameter: {key: "${TOKEN}"}}').request

    assert request.url == "http://www.example.net/health?key=quite%20secret%26"
    assert request.shown_url == "http://www.example.net/health?key=***"
    assert {"quite secret&", "quite%20secret%26"} <= set(request.secrets)


@pytest.mark.parametrize("echoed", ["a+b/c=d", "a%2Bb%2Fc%3Dd", "a%2Bb/c%3Dd"])
def test_whoever_echoes_the_url_shows_no_secret(echoed: str) -> None:
    """Those who write a URL leave other characters as they are, and each form is hidden."""
    keys = 'auth: {parameter: {key: "a+b/c=d"}}\njson: {path: x}\ncapture: [path]'
    endpoint = one(keys)
    body = b'{"path": "/?key=%s"}' % echoed.encode()
    seen = Observation(Phases(0.1), status=200, body=body)

    judged = judge(endpoint, seen)

    assert judged.captured == {"path": "/?key=***"}
    assert judged.failures == ("json.path was '/?key=***', want 'x'",)


def test_a_blank_of_a_secret_may_come_back_as_a_plus() -> None:
    """So a form has it."""
    endpoint = one('auth: {parameter: {key: "quite secret"}}\ncapture: [query]')
    seen = Observation(Phases(0.1), status=200, body=b'{"query": "key=quite+secret"}')

    assert judge(endpoint, seen).captured == {"query": "key=***"}


def test_a_password_of_a_proxy_is_never_shown() -> None:
    """Also where it was written into the file."""
    assert "pw" in one("proxy: http://me:pw@proxy.example.net:3128").request.secrets

    coded = one("proxy: http://m%40e:p%26w%C3%A9@proxy.example.net:3128").request.secrets
    logins = {b64encode("m@e:p&wé".encode(each)).decode() for each in ("utf-8", "latin-1")}
    assert {"p%26w%C3%A9", "p&wé", *logins} <= set(coded)


def test_a_secret_may_be_the_first_line_of_a_file(tmp_path: Path) -> None:
    """Without the end of the line."""
    (tmp_path / "key").write_text("from a file\nnot this\n")

    found = one(f'headers: {{X-Key: "${{file:{tmp_path}/key}}"}}')

    assert ("X-Key", "from a file") in found.request.headers
    assert "from a file" in found.request.secrets


def test_two_dollar_signs_are_one() -> None:
    """A text may hold what looks like the place of a secret."""
    assert one("method: POST\nbody: '$${TOKEN} costs $$5'").request.body == b"${TOKEN} costs $5"


def test_all_that_a_request_may_be_told() -> None:
    """Each key ends where the probe looks for it."""
    keys = (
        "scheme: https\nurl: ${HOST}:8443/x\nmethod: POST\nbody: hello\nbody_limit: 1000\n"
        "redirects: 0\nredirect_to_http: true\nredirect_to_private: true\nfamily: ipv6\n"
        "tls: {verify: false, ca_file: /ca, certificate_file: /c, key_file: /k, minimum: '1.3',"
        " server_name: other.example.net}"
    )
    request = one(keys).request

    assert request.url == "https://inner.example.net:8443/x"
    assert request.shown_url == "https://***:8443/x"
    assert request.host == "inner.example.net"
    assert (request.method, request.body, request.body_limit) == ("POST", b"hello", 1000)
    assert (request.redirects, request.family) == (0, "ipv6")
    assert request.may_leave_scheme
    assert request.may_become_private
    assert request.tls == (False, "/ca", "/c", "/k", "1.3", "other.example.net")


def test_all_that_is_said_of_results() -> None:
    """Tests in their order: the shortcuts, then CEL."""
    found = one(
        "status: 200..204\njson: {status: ok}\ntests: [json.depth < 100, time.total < 2.0]\n"
        "degraded: time.total > 0.5\ncapture: [depth, status]\nresponse_json_values: [status]\n"
        "failures: 2 of 3\nrecoveries: 2\nlabels: {team: web, tier: 1, paid: true}\n"
        "reference: true"
    )

    assert len(found.tests) == 4
    assert [each.text for each in found.degraded] == ["time.total > 0.5"]
    assert sorted(found.capture) == ["depth", "status"]
    assert found.policy == Policy(2, 3, 2)
    assert found.labels == {"team": "web", "tier": "1", "paid": "true"}
    assert found.is_reference


@pytest.mark.parametrize("url", ["tcp://db.example.net:5432", "tls://db.example.net:636"])
def test_a_connection_needs_no_test(url: str) -> None:
    """That it comes about is enough."""
    found = read(f"database: {{every: 15s, url: '{url}'}}\n").endpoints[0]

    assert (found.name, found.request.url, found.tests) == ("database", url, ())


def test_defaults_are_for_all_endpoints_of_a_file() -> None:
    """An endpoint's own keys win; of labels and headers both count."""
    text = (
        "defaults: {every: 30s, labels: {team: web, tier: low}}\n"
        "a/b: {}\n"
        "c/d: {cron_schedule: '@hourly', labels: {tier: top}}\n"
    )
    plain, own = read(text).endpoints

    assert (plain.schedule, plain.labels) == (Every(30.0), {"team": "web", "tier": "low"})
    assert isinstance(own.schedule, Cron)
    assert own.labels == {"team": "web", "tier": "top"}


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("evry: 3", "evry: there is no such key; did you mean every?"),
        ("every: soon", "line 2"),
        ("timeout: 15s", "timeout: has to be below the 15s between two probes"),
        ("timeout: 0", "timeout: has to be more than 0"),
        ("method: get", "method: 'get' is none; write GET"),
        ("status: 700", "status: 700 is no status; write 200 or 200..299"),
        ("status: []", "status: is an empty list"),
        ("status: 2xx", "write 200 or 200..299"),
        ("json: 3", "json: is a whole number, wanted a mapping"),
        ("capture: queue.depth", "capture: is a text, wanted a list"),
        ("json: {a..b: 1}", "this is no path"),
        ("success_test: {key: '', value: 1}", "success_test: 'json.', column 5: this is no path"),
        ("success_test: {key: status}", "success_test: value is missing; write it"),
        ("tests: status ==", "the expression ends too early"),
        ("tests: status == 700", "this never holds; it is 100 to 599"),
        ("degraded: time.totl > 1", "there is no time.totl"),
        ("capture: ['']", "capture: a path is empty"),
        ("failures: 3 of 2", "failures: '3 of 2' cannot be; write 2 of 3"),
        ("recoveries: 0", "recoveries: has to be from 1 to 20"),
        ("headers: {'X A': b}", "headers: 'X A' cannot be a header"),
        ('headers: {X-A: "b\\r\\nC: d"}', "headers: 'X-A' cannot be a header"),
        ("auth: {bearer: a, basic: 'b:c'}", "auth: has bearer and basic; write one of them"),
        ("auth: {basic: b}", "auth: basic wants user:password"),
        ("auth: {header: {A: b, C: d}}", "auth: header wants one name with one value"),
        ("scheme: ftp", "scheme: 'ftp' cannot be; write http or https or tcp or tls"),
        ("scheme: tcp", "tcp wants a port"),
        ("url: http://me:pw@a/", "url: holds a login; write it as auth"),
        ("url: ':'", "url: is no address"),
        ("proxy: socks5://a:1", "proxy: has to begin with http://"),
        ("family: ipv5", "family: 'ipv5' cannot be; write any or ipv4 or ipv6"),
        ("tls: {minimum: '1.1'}", "tls.minimum: '1.1' cannot be; write 1.2 or 1.3"),
        ("tls: {verfy: true}", "tls.verfy: there is no such key; did you mean verify?"),
        ("body_limit: 0", "body_limit: has to be from 1 to"),
        ("redirects: 99", "redirects: has to be from 0 to 20"),
        ("labels: {a: [1]}", "labels: is a list"),
        ("cron_schedule: '* * * * *'", "every: and cron_schedule say both when"),
        ("body: '${MISSING}'", "the variable MISSING is not set"),
        ("body: '${TOKEN'", "${ is not closed"),
        ("body: '${file:/missing}'", "/missing cannot be read: No such file or directory"),
        ("body: '${file:/}'", "/ cannot be read: Is a directory"),
        ("body: '${file:key}'", "'key' is no whole path"),
        ("post_endpoint: nowhere", "post_endpoint: is no URL"),
        ("post_endpoint: https://me:pw@a/", "post_endpoint: holds a login"),
        ("post_service: aws", "post_service: 'aws' cannot be; write aws-cloudwatch"),
        ("post_on: always", "post_on: 'always' cannot be; write success"),
        ("post_json_info: {a: 1}", "post_endpoint: is missing"),
        (
            "post_endpoint: https://a/\n  post_proxy: socks5://p",
            "post_proxy: has to begin with http:// or https://",
        ),
        (
            "post_endpoint: https://a/\n  post_proxy: http://",
            "post_proxy: is no address: write host:port/path",
        ),
        ("post_service: aws-cloudwatch", "aws_key: is missing"),
    ],
)
def test_a_mistake_is_one_sentence_that_helps(key: str, sentence: str) -> None:
    """It says what cannot be, and what to write."""
    text = f"{HEAD}  {key}\n" if not key.startswith("every") else f"a/b:\n  {key}\n"

    (found,) = mistakes(text)

    assert sentence in found
    assert "pw" not in found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "  labels: {a: b}\n  timeout: 20s\n", 4),
        (HEAD + "  tls:\n    verify: true\n    minimum: '1.0'\n", 5),
        (HEAD + "  headers:\n    A: b\n    C: ${MISSING}\n", 5),
        ("a/b:\n  every: 32d\n", 2),
        ("a/b:\n  cron_schedule: '* * *'\n", 2),
        ("a/b:\n  cron_schedule: '@yearly'\n", 2),
        ("a/b:\n  cron_schedule: '0 0 1 */2 *'\n", 2),
        ("a/b:\n  cron_schedule: '* * * 12 *'\n", 2),
        ("a/b:\n  cron_schedule: '* * * * *'\n  time_zone: Mars\n", 3),
        ("a/b:\n  cron_schedule: '* * * * *'\n  time_zone: ../etc\n", 3),
        ("a/b: {every: 15s}\nc/d: 3\n", 2),
        ("defaults:\n  timeout: 20s\na/b: {every: 15s}\n", 2),
        ("defaults:\n  evry: 20s\n", 2),
        ("defaults:\n  every: 15s\n  body: ${MISSING}\na/b: {}\n", 3),
        (
            "self:\n  - post_service: aws-cloudwatch\n    aws_key: ${MISSING}\n    aws_secret: a\n",
            3,
        ),
        ("a/b:\n  every: " + "9" * 400 + "\n", 2),
    ],
)
def test_a_mistake_has_the_line_where_it_is(text: str, line: int) -> None:
    """Also in defaults, and in what is nested."""
    (found,) = mistakes(text)

    assert found.startswith(f"line {line}: ")


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    """One of each endpoint."""
    text = "a/b: {every: soon}\nc/d: {every: 1s, evry: 2s}\ne/f: {every: 9s}\ng/h: {}\n"

    assert [each[:6] for each in mistakes(text)] == ["line 1", "line 2", "line 4"]


@pytest.mark.parametrize(
    ("scheme", "test"),
    [("tcp", "json.a == 1"), ("tcp", "cert.days > 14"), ("tls", "status == 200")],
)
def test_what_a_connection_does_not_have_cannot_be_tested(scheme: str, test: str) -> None:
    """It would fail at each probe."""
    (found,) = mistakes(f"a: {{every: 15s, url: '{scheme}://a:1', tests: '{test}'}}\n")

    assert "there is no" in found


@pytest.mark.parametrize("key", ["method: POST", "body: x", "capture: [a]", "auth: {bearer: x}"])
def test_what_is_of_http_is_not_said_of_a_connection(key: str) -> None:
    """It would be ignored without a word."""
    (found,) = mistakes(f"a:\n  every: 15s\n  url: tcp://a:1\n  {key}\n")

    assert "is of HTTP" in found
