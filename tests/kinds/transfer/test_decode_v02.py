"""Reports of transfers as v02 and v01 of Sarracenia write them."""

import pytest

from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer
from kinds.transfer.reports import BY_SR3, HEADERS, POSTED, read, v02


@pytest.mark.parametrize("word", ["log", "report"])
def test_a_report_of_v02(word: str) -> None:
    """The outcome is in the body, what it is about in the headers; `log` is the older name."""
    found = read(v02(), f"v02.{word}.bulletins.CWAO.14", HEADERS)

    assert found == Transfer(
        event=POSTED + 0.5,
        source="weather",
        client="alice",
        code=201,
        size=6451,
        duration=0.5,
        name="bulletins/CWAO/14/UANT01",
        flow="exp13",
        message="Downloaded",
        node="node1",
        id="bulletins/CWAO/14/UANT01",
        is_earliest=True,
    )


def test_a_report_of_v02_without_headers() -> None:
    """What only headers can say is unknown; the transfer is counted all the same."""
    found = read(v02(), "v02.report.bulletins")

    assert (found.source, found.client, found.size, found.message) == ("-", "alice", 0, "")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a%20b%23c", "a b#c"),
        ("two words", "two words"),
        ("ends with 201 node1 alice", "ends with 201 node1 alice"),
        ("100%25", "100%25"),
        ("Montréal/été", "Montréal/été"),
        ("", ""),
    ],
)
def test_the_path_of_v02(path: str, name: str) -> None:
    """Blanks may be escaped or not, so the outcome is read from the right."""
    found = read(v02(path), "v02.report.x", HEADERS)

    assert (found.name, found.code, found.client) == (name, 201, "alice")


@pytest.mark.parametrize(
    ("base", "path", "name"),
    [
        ("sftp://u@h/out/HiRes_000.gif", "NRDPS/GIF/", "NRDPS/GIF/HiRes_000.gif"),
        ("sftp://u@h/out/HiRes_000.gif", "", "HiRes_000.gif"),
        ("sftp://u@h/out/", "NRDPS/GIF/", "NRDPS/GIF/"),
        ("sftp://u:secret@h", "", ""),
        ("file:/out/HiRes_000.gif", "", "HiRes_000.gif"),
    ],
)
def test_a_folder_takes_the_name_of_the_file_from_the_url(base: str, path: str, name: str) -> None:
    """Where the path is a folder, and the URL says which file goes there."""
    post = f"20261121000710.25 {base} {path}"

    assert read(post + " 201 node1 alice 0.5", "v02.report.x", HEADERS).name == name
    assert read(post, "v02.post.x", {"source": "weather", "report": BY_SR3}).name == name


def test_only_the_first_line_of_v02_counts() -> None:
    """The rest of the body is reserved; a blank at the end of the line is none of the fields."""
    found = read(v02(rest="499 node1 alice 0.5 ") + "whatever 200\n", "v02.report.x", HEADERS)

    assert (found.code, found.duration) == (499, 0.5)


def test_a_path_that_is_not_utf_8() -> None:
    """A file may be named in any encoding; the report of it is as good as any other."""
    body = b"20261121000710.25 http://h/ caf\xe9 201 node1 alice 0.5"
    found = parse(body, "v02.report.x", headers=HEADERS)

    assert isinstance(found, Transfer)
    assert found.name == "caf\\xe9"


@pytest.mark.parametrize(
    ("duration", "kept", "after_the_post"),
    [
        ("0.258438", 0.258438, 0.258438),
        ("1128.5", 1128.5, 1128.5),
        ("-0.5", -0.5, -0.5),
        ("0", 0.0, 0.0),
        ("nan", None, 0.0),
        ("inf", None, 0.0),
        ("1e9", None, 0.0),
        ("soon", None, 0.0),
    ],
)
def test_when_a_transfer_was_over(duration: str, kept: float | None, after_the_post: float) -> None:
    """The report has the time of the post and a duration; the transfer was over after both.

    A negative duration is what the clocks differ by, so the sum is the time by the client's.
    """
    found = read(v02(rest=f"201 node1 alice {duration}"), "v02.report.x", HEADERS)

    assert found.duration == kept
    assert found.event == pytest.approx(POSTED + after_the_post)


@pytest.mark.parametrize(
    ("parts", "size"),
    [
        pytest.param("1,6451,1,0,0", 6451, id="whole"),
        pytest.param("p,457,1,0,0", 457, id="one-block"),
        pytest.param("i,1000,3,200,0", 1000, id="first-of-three"),
        pytest.param("i,1000,3,200,2", 200, id="last-of-three"),
        pytest.param("i,1000,3,0,2", 1000, id="last-of-three-full"),
        pytest.param("p,457,1,5,0", 457, id="only-one-block"),
        pytest.param("1,1000,3,200,2", 1000, id="not-in-blocks"),
        pytest.param("1,457", 457, id="short"),
        pytest.param("1,0,1,0,0", 0, id="empty-file"),
        pytest.param("1,-5,1,0,0", 0, id="negative"),
        pytest.param("1,many,1,0,0", 0, id="words"),
        pytest.param("1,99999999999999999999,1,0,0", 0, id="beyond-reason"),
        pytest.param("", 0, id="nothing"),
        pytest.param(None, 0, id="null"),
        pytest.param(6451, 0, id="number"),
    ],
)
def test_the_size_in_parts(parts: object, size: int) -> None:
    """A report is about one block of a file, and the last may be smaller."""
    assert read(v02(), "v02.report.x", HEADERS | {"parts": parts}).size == size


@pytest.mark.parametrize(
    ("fields", "name", "flow"),
    [
        pytest.param(
            "0123abcd sftp://u@h/out/HiRes_000.gif GIF/ exp13", "GIF/HiRes_000.gif", "exp13", id="a"
        ),
        pytest.param(
            "0123abcd exp13 sftp://u@h/out/HiRes_000.gif GIF/", "GIF/HiRes_000.gif", "exp13", id="b"
        ),
        pytest.param("exp13 http://u@h/data/  GIF/x.gif", "GIF/x.gif", "exp13", id="no-sum"),
        pytest.param("http://u@h/data/ GIF/x.gif exp13", "GIF/x.gif", "exp13", id="a-no-sum"),
        pytest.param("http://u@h/data/ GIF/x.gif", "GIF/x.gif", "", id="no-flow"),
        pytest.param("http://u@h/data/ GIF/a%20b.gif", "GIF/a b.gif", "", id="escaped"),
    ],
)
def test_a_log_of_v01(fields: str, name: str, flow: str) -> None:
    """The design has the flow in two places; the URL and the last four fields are the anchors."""
    body = f"20261121000710.25 457 1 0 0 d {fields} 202 node1 alice 0.1"
    found = read(body, "v01.log.weather.alice.NRDPS.GIF")

    assert found == Transfer(
        POSTED + 0.1, "weather", "alice", 202, 457, 0.1, name, flow, "", "node1", name, True, True
    )


def test_a_log_of_v01_without_more_of_a_key() -> None:
    """The source is in the key alone."""
    body = "20261121000710.25 457 1 0 0 d http://u@h/data/ x.gif 202 node1 alice 0.1"

    assert read(body, "v01.log").source == "-"
    assert read(body, "v01.log.weather").source == "weather"
