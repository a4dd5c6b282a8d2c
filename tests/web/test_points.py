"""Series by HTTP: their numbers, links to elsewhere, and frames of others."""

import csv
from urllib.parse import quote

import pytest

from blinkenlights.config_keys.origins import check_origin
from blinkenlights.config_keys.templates import check_template, filled
from servers.simulated_metrics import SimulatedMetrics
from web.conftest import Serve
from web.serving import Serving

SERIES = "=cmd|' /C calc'!A0@web1{app=a/b,path=\\}}"
TEMPLATE = "https://grafana.example.com/d/x?var-name={name}&host={host}&app={tag:app}&no={tag:no}"
NUMBERS = [-1.0, *map(float, range(2, 15)), 4.0, 5.0]
KNOWN = ("name", "host", "tag:")


def path(series: str, query: str = "") -> str:
    """Return where the numbers of a series are."""
    return f"/api/v1/metrics/{quote(series, safe='')}/points{query}"


@pytest.fixture
def series(metrics: SimulatedMetrics) -> str:
    """Give a series with an awkward name and a gap of two minutes; the last number is now."""
    tags = {"app": "a/b", "path": "}"}
    name = "=cmd|' /C calc'!A0"
    metrics.series(name, NUMBERS[:-2], age=130, host="web1", tags=tags)
    metrics.series(name, NUMBERS[-2:], host="web1", tags=tags)
    return SERIES


def test_the_numbers_of_the_hour(web: Serving, series: str, metrics: SimulatedMetrics) -> None:
    """Each stands for itself once its period is known; in a gap there is none, and no zero."""
    answer = web.get(path(series))

    assert answer.status == 200
    assert answer.json["name"] == series
    assert [each["last"] for each in answer.json["points"]][-8:] == NUMBERS[-8:]
    assert sum(each["count"] for each in answer.json["points"]) == len(NUMBERS)
    times = [each["time"] for each in answer.json["points"]]
    assert times[-2] - times[-3] == pytest.approx(120, abs=15)
    assert times[-1] == pytest.approx(metrics.now, abs=10)


@pytest.mark.parametrize("span", ["day", "month"])
def test_the_numbers_of_longer_spans(web: Serving, series: str, span: str) -> None:
    """A slot with several has the lowest, the mean, the highest, the last and their number."""
    points = web.get(path(series, f"?span={span}")).json["points"]

    assert sum(each["count"] for each in points) == len(NUMBERS)
    assert min(each["min"] for each in points) == -1
    assert max(each["max"] for each in points) == 14
    assert points[-1]["last"] == 5
    assert all(each["min"] <= each["mean"] <= each["max"] for each in points)


def test_a_table_for_spreadsheets(web: Serving, series: str) -> None:
    """It has numbers alone, so that no name of a sender can be a formula."""
    answer = web.get(path(series, "?format=csv"))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(answer.text.splitlines())
    assert head == ["time", "seconds", "min", "mean", "max", "last", "count"]
    assert [float(row[5]) for row in rows][-8:] == NUMBERS[-8:]
    assert sum(int(row[6]) for row in rows) == len(NUMBERS)
    assert "cmd" not in answer.text
    assert "cmd" not in str(answer.headers)


def test_what_cannot_be_asked(web: Serving, series: str) -> None:
    """What is not known, and another span, are said."""
    assert web.get(path("nothing")).status == 404
    assert web.get(path(series, "?span=year")).status == 400
    assert web.get(path(series, "?format=xml")).status == 400
    assert web.get("/api/v1/components/x/points").status == 404


def test_a_name_that_ends_in_points(web: Serving, metrics: SimulatedMetrics) -> None:
    """Percent-encoded it is a name as any."""
    metrics.series("a/points", [1.0])

    assert web.get("/api/v1/metrics/a%2Fpoints").json["row"]["name"] == "a/points"
    assert len(web.get(path("a/points")).json["points"]) == 1


def test_a_token_for_one_source_sees_no_numbers(serve: Serve, series: str) -> None:
    """Series belong to no source of transfers."""
    web = serve(anonymous="none")

    assert web.get(path(series), web.token("some", "read", "metpx")).status == 403
    assert web.get(path(series)).status == 401
    assert web.get(path(series), web.token("all")).status == 200


def test_the_link_to_elsewhere(serve: Serve, series: str) -> None:
    """It stands on the page and in the API, with every part percent-encoded."""
    web = serve(links={"metric": TEMPLATE})
    name = quote(series, safe="")
    link = (
        "https://grafana.example.com/d/x?var-name=%3Dcmd%7C%27%20%2FC%20calc%27%21A0"
        "&host=web1&app=a%2Fb&no="
    )

    assert web.get(f"/api/v1/metrics/{name}").json["link"] == link
    page = web.get(f"/one?kind=metric&name={name}").text
    assert f'href="{link.replace("&", "&amp;")}"' in page


def test_no_link_without_a_template(web: Serving, series: str) -> None:
    """Nothing is offered that is nowhere."""
    name = quote(series, safe="")

    assert web.get(f"/api/v1/metrics/{name}").json["link"] == ""
    assert "elsewhere" not in web.get(f"/one?kind=metric&name={name}").text


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://a/",
        "//grafana/{name}",
        "https://{name}/",
        "https://grafana{host}/",
        "https://user:secret@grafana/",
        "https://grafana/{nonsense}",
        "https://grafana/{tag:}",
        "https://grafana/{name",
        "https://grafana/}",
        'https://grafana/"x',
        "https://grafana/ x",
        "https://grafana/\n",
    ],
)
def test_templates_that_are_refused(text: str) -> None:
    """No sender may choose where a link leads, and none runs a script."""
    with pytest.raises(ValueError, match=r"."):
        check_template(KNOWN)(text)


def test_templates_that_are_taken() -> None:
    """With a port, an address, or nothing at all."""
    for text in (TEMPLATE, "http://[::1]:3000/{name}#{tag:a b}", ""):
        check_template(KNOWN)(text)


def test_what_stands_for_placeholders() -> None:
    """It cannot add a part to a link, and not lead to another folder."""
    assert filled("https://g/{name}", {"name": "a/../{host}?&"}) == (
        "https://g/a%2F..%2F%7Bhost%7D%3F%26"
    )
    assert filled("https://g/{name}/x", {"name": ".."}) == ""


def test_frames_of_named_origins(serve: Serve) -> None:
    """Nobody may frame the page unless named; the header is on errors as well."""
    web = serve(frame_ancestors=["https://wall.example.com", "http://[::1]:3000"])

    for asked in ("/", "/nowhere", "/one?kind=metric&name=nothing", "/api/v1/status"):
        policy = web.get(asked, Accept="text/html").headers["Content-Security-Policy"]
        assert policy.endswith("; frame-ancestors https://wall.example.com http://[::1]:3000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "https:",
        "wall.example.com",
        "https://*.example.com",
        "https://wall.example.com/",
        "https://a b",
        "https://a; script-src *",
        "https://a\r\nX: y",
        "'self'",
        "https://u@a",
    ],
)
def test_what_is_no_origin(text: str) -> None:
    """Nothing gets into the header that widens it."""
    with pytest.raises(ValueError, match="is no origin"):
        check_origin(text)
