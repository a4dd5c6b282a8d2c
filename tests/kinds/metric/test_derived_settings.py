"""Tables `[[derived]]`: what is wrong with one is said with its file and key."""

from pathlib import Path

import pytest

from blinkenlights.config import load
from blinkenlights.errors import ConfigError
from blinkenlights.kinds.metric.derived_settings import DerivedConfig

GOOD = """
[[derived]]
name = "response.bad"
figure = "ratio"
of = "*.response"
tags = ["statusCode!=2*", "statusCode!=3*"]
by = ["app=*"]
over = "5m"
unit = "%"
range = [0, 100.5]
"""


def problems(path: Path, text: str) -> list[str]:
    """Return what is wrong with a configuration, without the name of its file."""
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(str(path))
    assert all(problem.startswith(f"{path}: ") for problem in caught.value.problems)
    return [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]


def test_a_good_table(tmp_path: Path) -> None:
    """Lists of numbers are taken as they are written, and durations as texts."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(GOOD)

    [table] = load(str(path)).tables(DerivedConfig)

    assert (table.seconds_over, table.seconds_every) == (300, 60)
    assert table.range == [0, 100.5]
    assert table.by == ["app=*"]


def test_the_environment_sets_a_list_of_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are separated by commas."""
    path = tmp_path / "blinkenlights.toml"
    path.write_text(GOOD)
    monkeypatch.setenv("BLINKENLIGHTS_DERIVED_0_RANGE", "-1, 2.5")

    [table] = load(str(path)).tables(DerivedConfig)

    assert table.range == [-1, 2.5]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('figure = "mean"', 'figure: "mean" is no figure; use sum, avg, min, max, count, rate or'),
        ('of = ""', "of: is empty; write a name or a glob"),
        ('of = "response.bad"', 'of: "response.bad" is its own name; nothing is made of itself'),
        ('to = "response.bad"', 'to: "response.bad" is its own name'),
        ('tags = ["5xx"]', 'tags: "5xx" is no condition; write for example "statusCode=5*"'),
        ('to_tags = ["a="]', 'to_tags: "a=" is no condition'),
        ('tags = "a=b"', 'tags: "a=b" is not a list of texts, such as ["a", "b"]'),
        ("tags = []", "to: is missing: a ratio of points to themselves is always 1"),
        ('by = ["app=x"]', 'by: "app=x" is none; write host, name, the key of a tag, or "app=*"'),
        ('by = ["app=*2"]', 'by: "app=*2" stands for nothing: of has 1 of `*`'),
        ('to = "all.response"', 'by: "app=*" stands for nothing: to has 0 of `*`'),
        ('by = ["a", "a=*"]', 'by: "a=*" gives a second "a"'),
        ('over = "40d"', 'over: "40d" is not from a second to 30 days'),
        ("every = 5", "every: 5.0 is not whole seconds from 10 to a day"),
        ("every = 60.5", "every: 60.5 is not whole seconds from 10 to a day"),
        ("every = nan", "every: 'nan' is not a duration"),
        ('every = "often"', "every: "),
        ("range = [1]", "range: [1.0] is not from and to, such as [0, 100]"),
        ("range = [2, 1]", "range: [2.0, 1.0] is not from and to, such as [0, 100]"),
        ("range = [0, inf]", "range: [0.0, Infinity] is not from and to"),
        ('range = ["a"]', 'range: ["a"] is not a list of numbers, such as [0, 100]'),
        ('graph = "pie"', 'graph: "pie" is no graph; use line, bar or none'),
        ('ratio_of = "avg"', 'ratio_of: "avg" cannot be compared; use count or sum'),
        ('name = ""', 'name: "" is no name: '),
        ('name = "www.heartbeat"', 'name: "www.heartbeat" would say that a node is there'),
        ('off = "x"', 'off: is not known here; did you mean "of"?'),
    ],
)
def test_what_is_wrong(tmp_path: Path, line: str, problem: str) -> None:
    """One sentence, which says what to write."""
    key = line.partition(" ")[0]
    lines = [each for each in GOOD.splitlines() if not each.startswith(f"{key} ")]

    found, *_ = problems(tmp_path / "blinkenlights.toml", "\n".join([*lines, line]))

    assert found.startswith(f"derived[0].{problem}")


def test_keys_of_a_ratio_beside_another_figure(tmp_path: Path) -> None:
    """They would do nothing, so somebody means something else."""
    text = GOOD.replace('"ratio"', '"sum"') + 'to = "*.all"\nratio_of = "sum"\n'

    found = problems(tmp_path / "blinkenlights.toml", text)

    sentence = 'is for a ratio; write figure = "ratio", or leave it out'
    assert found == [f"derived[0].to: {sentence}", f"derived[0].ratio_of: {sentence}"]


def test_what_is_needed(tmp_path: Path) -> None:
    """A table without keys says all that is missing."""
    found = problems(tmp_path / "blinkenlights.toml", "[[derived]]\n")

    assert [each.partition(":")[0] for each in found] == [
        "derived[0].name",
        "derived[0].figure",
        "derived[0].of",
    ]


def test_two_tables_of_one_name(tmp_path: Path) -> None:
    """Their points would be mixed up."""
    found = problems(tmp_path / "blinkenlights.toml", GOOD + GOOD)

    assert found == [
        'derived[1].name: "response.bad" is that of derived[0] already; choose another'
    ]
