"""A file that begins with a mark of the order of its bytes is read as if it did not.

Editors on Windows write one, and nobody sees it: a password is wrong with it, and a configuration
is no TOML.
"""

import json
from argparse import Namespace
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from blinkenlights.commands.broker.applying import _password
from blinkenlights.commands.machine_list import read_machines
from blinkenlights.config import load
from blinkenlights.config.exposure import exposed
from blinkenlights.config.passwords import read_password
from blinkenlights.kinds.machine.inventory_file import MachineConfig, read_inventory
from blinkenlights.plugin.settings import store_settings
from blinkenlights.store.settings import StoreSettings
from blinkenlights.web.tokens import TokenFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the path of a file that is not there yet."""
    return tmp_path / "file"


def write(file: Path, text: str) -> str:
    file.write_bytes(BOM_UTF8 + text.replace("\n", "\r\n").encode())
    return str(file)


def test_password_files(file: Path) -> None:
    """Of the store, of a broker, and of users that are made at a broker."""
    path = write(file, "secret\n")

    assert StoreSettings(password_file=path).password() == "secret"
    assert read_password("password_file", path) == "secret"
    assert _password(file) == "secret"


def test_configuration_files(file: Path) -> None:
    """Daemons and checks read the same, and a password in there is found as well."""
    path = write(file, '[store]\nurl = "redis://me:secret@store"\n')

    config = load(path)

    assert config.store.url == "redis://me:secret@store"
    options = Namespace(redis=None, password_file=None, config=path)
    assert store_settings(options).url == "redis://me:secret@store"
    file.chmod(0o644)
    file.parent.chmod(0o755)
    if all(each.stat().st_mode & 1 for each in file.resolve().parents):
        assert exposed(path, config) != []


def test_a_file_of_tokens(file: Path) -> None:
    """It was opened in an editor once."""
    token = TokenFile(str(file)).add("cron", "write", None, 0.0)
    write(file, file.read_text())

    assert [each.name for each in TokenFile(str(file)).tokens()] == ["cron"]
    assert TokenFile(str(file)).find(token) is not None


def test_an_inventory(file: Path) -> None:
    """Its first machine is one, too."""
    path = write(file, "mdc1:t-linux64-ms-001\nmdc1:t-linux64-ms-002\n")

    found = read_inventory(MachineConfig(inventory=path))

    assert found is not None
    assert (found.machines, found.problems) == (
        ["mdc1:t-linux64-ms-001", "mdc1:t-linux64-ms-002"],
        [],
    )


def test_a_list_of_machines() -> None:
    """An export that went through a machine with Windows is imported."""
    text = json.dumps({"mdc1:a": "2018-11-08T08:47:50"})

    found = read_machines(BOM_UTF8 + text.encode(), 2e9)

    assert [each.machine for each in found.seen] == ["mdc1:a"]
