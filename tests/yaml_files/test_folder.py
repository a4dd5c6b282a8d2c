"""Files are read when they change, and a bad one costs itself only."""

import os
from pathlib import Path

import pytest

from blinkenlights.yaml_files.document import MOST_BYTES, read_document
from blinkenlights.yaml_files.folder import Folder


class Read:
    """A folder, and the names of the files that were parsed."""

    def __init__(self, path: Path) -> None:
        self.parsed: list[str] = []
        self.folder: Folder[object] = Folder(path, self._parse)

    def _parse(self, data: bytes, name: str) -> object:
        self.parsed.append(name)
        return read_document(data).data

    def look(self, now: float = 0.0) -> bool:
        """Look, and return whether anything has changed."""
        self.parsed.clear()
        return self.folder.look(now)

    def values(self) -> dict[str, object]:
        """Return what is in force."""
        return {name: each.value for name, each in self.folder.files.items()}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """A folder with two files that were read."""
    (tmp_path / "a.yml").write_text("x: 1\n")
    (tmp_path / "b.yaml").write_text("x: 2\n")
    found = Read(tmp_path)
    found.look()
    return found


def test_files_are_known_by_their_endings(read: Read, tmp_path: Path) -> None:
    """What is hidden or of another kind does not count."""
    for name in (".a.yml", "a.yml~", "a.json", "README"):
        (tmp_path / name).write_text("x: [")

    assert not read.look()
    assert read.values() == {"a.yml": {"x": 1}, "b.yaml": {"x": 2}}


def test_only_what_has_changed_is_read_again(read: Read, tmp_path: Path) -> None:
    """The others are not even opened for reading."""
    assert not read.look()
    assert read.parsed == []

    (tmp_path / "a.yml").write_text("x: 11\n")

    assert read.look()
    assert read.parsed == ["a.yml"]
    assert read.values()["a.yml"] == {"x": 11}


def test_a_file_that_another_one_replaced_is_read_again(read: Read, tmp_path: Path) -> None:
    """Even one of the same size and time: its inode differs."""
    old = (tmp_path / "a.yml").stat()
    (tmp_path / "new").write_text("x: 7\n")
    os.utime(tmp_path / "new", ns=(old.st_atime_ns, old.st_mtime_ns))
    (tmp_path / "new").replace(tmp_path / "a.yml")

    assert read.look()
    assert read.values()["a.yml"] == {"x": 7}


def test_the_last_good_version_of_a_bad_file_stays_in_force(read: Read, tmp_path: Path) -> None:
    """Until the file is good again; the moment is that of the first mistake."""
    (tmp_path / "a.yml").write_text("x: [\n")
    assert read.look(10.0)
    (tmp_path / "a.yml").write_text("x: 1\nx: 2\n")
    assert read.look(20.0)

    state = read.folder.files["a.yml"]

    assert (state.value, state.since) == ({"x": 1}, 10.0)
    assert state.mistakes
    assert read.values()["b.yaml"] == {"x": 2}

    (tmp_path / "a.yml").write_text("x: 3\n")
    assert read.look(30.0)
    assert read.folder.files["a.yml"].mistakes == ()
    assert read.values()["a.yml"] == {"x": 3}


def test_a_file_that_was_never_good_says_nothing(read: Read, tmp_path: Path) -> None:
    """Its mistakes are known all the same."""
    (tmp_path / "c.yml").write_text("x: [\n")

    assert read.look(5.0)
    assert read.folder.files["c.yml"].value is None
    assert not read.look(6.0)


def test_a_removed_file_is_gone(read: Read, tmp_path: Path) -> None:
    """What it said is no longer in force."""
    (tmp_path / "a.yml").unlink()

    assert read.look()
    assert read.values() == {"b.yaml": {"x": 2}}


def test_while_the_folder_is_away_all_stays_in_force(read: Read, tmp_path: Path) -> None:
    """It is said once, and it is back without a word."""
    away = tmp_path.with_name(f"{tmp_path.name}-away")
    tmp_path.rename(away)

    assert read.look()
    assert not read.look()
    assert "No such file" in read.folder.problem
    assert read.values() == {"a.yml": {"x": 1}, "b.yaml": {"x": 2}}

    away.rename(tmp_path)
    assert read.look()
    assert read.folder.problem == ""


def test_a_folder_is_swapped_by_its_link(tmp_path: Path) -> None:
    """As Kubernetes does it: files lead through `..data`, which is replaced."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yml").write_text(f"x: {name}\n")
    (tmp_path / "..data").symlink_to("one")
    (tmp_path / "a.yml").symlink_to("..data/a.yml")
    read = Read(tmp_path)
    read.look()
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(tmp_path / "..data")

    assert read.look()
    assert read.values() == {"a.yml": {"x": "two"}}


def fifo(path: Path) -> None:
    """Make a pipe that nobody writes to."""
    os.mkfifo(path)


def dangling(path: Path) -> None:
    """Make a link that leads nowhere."""
    path.symlink_to("nowhere")


def large(path: Path) -> None:
    """Make a file that is too large."""
    path.write_bytes(b"#" * (MOST_BYTES + 1))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (Path.mkdir, "is no file"),
        (fifo, "is no file"),
        (dangling, "cannot be read: No such file or directory"),
        (large, "split it"),
    ],
)
def test_what_is_no_file_to_be_read_is_named(
    read: Read, tmp_path: Path, make: object, sentence: str
) -> None:
    """Nothing hangs, and the others are read."""
    make(tmp_path / "c.yml")  # type: ignore[operator]

    assert read.look(3.0)
    assert sentence in read.folder.files["c.yml"].mistakes[0].sentence
    assert not read.look(4.0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(read: Read, tmp_path: Path) -> None:
    """With the reason that the system gives."""
    (tmp_path / "a.yml").chmod(0)

    assert read.look()
    assert "Permission denied" in read.folder.files["a.yml"].mistakes[0].sentence


def test_all_files_are_read_again_on_demand(read: Read) -> None:
    """When something that they name has changed, such as a secret."""
    read.folder.again()

    assert read.look()
    assert read.parsed == ["a.yml", "b.yaml"]


def test_what_is_no_file_leaves_nothing_open(read: Read, tmp_path: Path) -> None:
    """It is looked at every half minute, for years."""
    (tmp_path / "c.yml").mkdir()
    fifo(tmp_path / "d.yml")
    before = len(list(Path("/proc/self/fd").iterdir()))

    for now in range(10):
        read.look(float(now))

    assert len(list(Path("/proc/self/fd").iterdir())) == before
