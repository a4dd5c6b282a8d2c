"""What all files of a folder say together."""

from pathlib import Path

import pytest

from blinkenlights.probe.files.collection import EndpointFolder


@pytest.fixture
def folder(tmp_path: Path) -> EndpointFolder:
    """A folder with one endpoint in one file."""
    (tmp_path / "a.yml").write_text("a.example.net/x: {every: 15s}\n")
    found = EndpointFolder(tmp_path, {}, lambda: 100.0)
    found.look()
    return found


def test_endpoints_are_those_of_all_files(folder: EndpointFolder) -> None:
    """By their names, with nothing wrong."""
    (folder.path / "b.yml").write_text("b.example.net/x: {every: 15s}\n")

    assert folder.look()
    found = folder.collection()
    assert sorted(found.endpoints) == ["a.example.net/x", "b.example.net/x"]
    assert (found.problems, found.files) == ((), 2)


def test_a_bad_file_costs_itself_only(folder: EndpointFolder) -> None:
    """Its last good version stays in force, and it is said where it is wrong and since when."""
    (folder.path / "a.yml").write_text("a.example.net/x: {evry: 15s}\n")
    (folder.path / "b.yml").write_text("b.example.net/x:\n  every: soon\n")
    folder.look()

    found = folder.collection()

    assert list(found.endpoints) == ["a.example.net/x"]
    assert [(each.file, each.line, each.since, each.is_replaced) for each in found.problems] == [
        ("a.yml", 1, 100.0, True),
        ("b.yml", 2, 100.0, False),
    ]


def test_a_name_in_two_files_is_named_with_both(folder: EndpointFolder) -> None:
    """The first one is probed."""
    (folder.path / "b.yml").write_text("# again\na.example.net/x: {every: 30s}\n")
    folder.look()

    found = folder.collection()

    assert found.endpoints["a.example.net/x"].file == "a.yml"
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.since) == ("b.yml", 2, 100.0)
    assert "a.example.net/x is in a.yml line 1 already" in problem.sentence


def test_a_folder_that_went_away_keeps_what_it_said(folder: EndpointFolder) -> None:
    """It is a problem of the folder."""
    folder.path.rename(folder.path.with_name(f"{folder.path.name}-away"))
    folder.look()

    found = folder.collection()

    assert list(found.endpoints) == ["a.example.net/x"]
    assert "cannot be read" in found.problems[0].sentence
