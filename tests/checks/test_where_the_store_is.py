"""Where checks look for the store and its password, and that they never show the password."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.process import make_folder, remove_folder
from servers.simulation import Said, Simulation
from servers.valkey import Valkey

Simulate = Callable[..., Simulation]
WriteConfig = Callable[..., Path]
PASSWORD = "s3cret-p4ssword"
REFUSED = "refuses us"


@pytest.fixture(autouse=True)
def elsewhere(bare_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the configuration and the embedded store of this machine away."""
    del bare_environment
    monkeypatch.setenv("BLINKENLIGHTS_STATE", str(tmp_path / "no-state"))
    for name in ("SYSTEM_CONFIG", "SYSTEM_STATE"):
        monkeypatch.setattr(f"blinkenlights.locations.{name}", str(tmp_path / name))


@pytest.fixture
def config(tmp_path: Path) -> WriteConfig:
    """Give a function that writes a configuration file."""

    def write(**store: str) -> Path:
        lines = [f'{key} = "{value}"' for key, value in store.items()]
        path = tmp_path / "blinkenlights.toml"
        path.write_text("\n".join(["[store]", *lines, '[[amqp]]\nurl = "amqp://x:y@z"\n']))
        return path

    return write


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    """Give a file that holds the password."""
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\nand a remark\n")
    return path


@pytest.fixture
def protected(own_valkey: Callable[..., Valkey], simulate: Simulate) -> Simulation:
    """Give a store with a password, filled."""
    simulation = simulate(own_valkey({"requirepass": PASSWORD}).url, password=PASSWORD)
    simulation.old()
    simulation.collector()
    simulation.beat("here")
    return simulation


def ask(simulation: Simulation, *words: str) -> Said:
    return simulation.ask_words("heartbeat", *words)


def test_the_option_comes_first(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, config: WriteConfig
) -> None:
    """--redis wins over the environment and the configuration file."""
    simulation.beat("here")
    monkeypatch.setenv("BLINKENLIGHTS_STORE_URL", "redis://127.0.0.1:1/0")
    path = config(url="redis://127.0.0.1:2/0")

    assert ask(simulation, "--redis", simulation.url, "--config", str(path)).code == 0


def test_the_environment_comes_second(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, config: WriteConfig
) -> None:
    """BLINKENLIGHTS_STORE_URL wins over the configuration file."""
    simulation.beat("here")
    monkeypatch.setenv("BLINKENLIGHTS_STORE_URL", simulation.url)

    assert ask(simulation, "--config", str(config(url="redis://127.0.0.1:2/0"))).code == 0


def test_the_configuration_file_comes_third(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, config: WriteConfig
) -> None:
    """The file is found by option, by environment, and at its usual place."""
    simulation.beat("here")
    path = config(url=simulation.url)

    assert ask(simulation, "--config", str(path)).code == 0

    monkeypatch.setenv("BLINKENLIGHTS_CONFIG", str(path))
    assert ask(simulation).code == 0

    monkeypatch.delenv("BLINKENLIGHTS_CONFIG")
    monkeypatch.setattr("blinkenlights.locations.SYSTEM_CONFIG", str(path))
    assert ask(simulation).code == 0


def test_the_embedded_store_comes_fourth(
    simulation: Simulation, valkey: Valkey, monkeypatch: pytest.MonkeyPatch, config: WriteConfig
) -> None:
    """Where there is a socket of an embedded store, it is asked, unless a file says otherwise."""
    simulation.beat("here")
    folder = make_folder("state")
    (folder / "store.sock").symlink_to(valkey.socket)
    monkeypatch.setenv("BLINKENLIGHTS_STATE", str(folder))

    said = [
        ask(simulation),
        ask(simulation, "--config", str(config())),
        ask(simulation, "--config", str(config(url="redis://127.0.0.1:1/0"))),
    ]
    remove_folder(folder)

    assert [one.code for one in said] == [0, 0, 3]


def test_a_named_state_folder_is_meant(simulation: Simulation) -> None:
    """Who names a folder is told of the store that ought to be there, not of another one."""
    said = ask(simulation)

    assert said.code == 3
    assert "no-state/store.sock cannot be reached" in said.line


def test_the_usual_port_comes_last(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """When nothing says where, the usual address is asked, and the answer names it."""
    monkeypatch.delenv("BLINKENLIGHTS_STATE")
    monkeypatch.setattr("blinkenlights.locations.SYSTEM_STATE", str(tmp_path / "none"))

    said = ask(simulation, "-t", "2")

    assert said.code in (0, 2, 3)
    if said.code == 3:
        assert "redis://127.0.0.1:6379/0" in said.line or "no collector" in said.line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("url = ", "Invalid value"),
        ("[store]\nurl = 7", "[store] must hold texts"),
        ("store = 7", "[store] must hold texts"),
        ('[store]\nurl = "http://x"', "the store URL must look like"),
        ('[store]\nurl = "redis://127.0.0.1:1"\npassword_file = "/nowhere/pw"', "/nowhere/pw"),
    ],
)
def test_a_configuration_that_cannot_be_used(
    simulation: Simulation, tmp_path: Path, text: str, said: str
) -> None:
    """What is wrong with the file is one sentence, and UNKNOWN."""
    path = tmp_path / "bad.toml"
    path.write_text(text)

    answer = ask(simulation, "--config", str(path))

    assert answer.code == 3
    assert said in answer.line


def test_a_configuration_that_is_no_text(simulation: Simulation, tmp_path: Path) -> None:
    """A file that is not UTF-8 is named, like any other that cannot be used."""
    path = tmp_path / "bad.toml"
    path.write_bytes(b"\xff\xfe")

    said = ask(simulation, "--config", str(path))

    assert said.code == 3
    assert str(path) in said.line


def test_a_configuration_that_is_not_there(simulation: Simulation, tmp_path: Path) -> None:
    """A file asked for by name must exist; the system's own may be absent."""
    said = ask(simulation, "--config", str(tmp_path / "none.toml"))

    assert said.summary == f"{tmp_path}/none.toml cannot be read: No such file or directory"


@pytest.mark.parametrize("way", ["option", "environment-file", "environment", "file", "url"])
def test_every_way_to_give_the_password(
    protected: Simulation,
    password_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    config: WriteConfig,
    way: str,
) -> None:
    """The password comes from a file, by option, environment or configuration, or from the URL."""
    words = ["--redis", protected.url]
    if way == "option":
        words += ["--password-file", str(password_file)]
    elif way == "environment-file":
        monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD_FILE", str(password_file))
    elif way == "environment":
        monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", PASSWORD)
    elif way == "file":
        path = config(url=protected.url, password_file=str(password_file), username="default")
        words = ["--config", str(path)]
    else:
        words = ["--redis", protected.url.replace("://", f"://:{PASSWORD}@")]

    assert ask(protected, *words).code == 0


def test_the_nearer_password_wins(
    protected: Simulation, password_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is named wins over the environment, and both win over the URL."""
    url = protected.url.replace("://", "://:wrong@")
    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", "wrong too")

    assert ask(protected, "--redis", url, "--password-file", str(password_file)).code == 0
    assert REFUSED in ask(protected, "--redis", url).line

    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", PASSWORD)
    assert ask(protected, "--redis", url).code == 0


def test_a_user_name(
    own_valkey: Callable[..., Valkey], simulate: Simulate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's name comes from environment or file, with the password beside it."""
    server = own_valkey()
    simulation = simulate(server.url)
    simulation.old()
    simulation.collector()
    simulation.beat("here")
    server.client().acl_setuser(
        "me", enabled=True, passwords=[f"+{PASSWORD}"], commands=["+@read"], keys=["*"]
    )
    server.client().acl_setuser("default", enabled=False)
    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", PASSWORD)

    assert REFUSED in ask(simulation, "--redis", server.url).line
    monkeypatch.setenv("BLINKENLIGHTS_STORE_USERNAME", "me")
    assert ask(simulation, "--redis", server.url).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\nsecond", "is empty", id="first-line-empty"),
        pytest.param(b"\xff\xfe", "is not text in UTF-8", id="bytes"),
    ],
)
def test_a_password_file_without_a_password(
    protected: Simulation, tmp_path: Path, content: bytes, said: str
) -> None:
    """A file that holds no password is named, instead of asking without one."""
    path = tmp_path / "password"
    path.write_bytes(content)

    answer = ask(protected, "--redis", protected.url, "--password-file", str(path))

    assert answer.code == 3
    assert str(path) in answer.line
    assert said in answer.line


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_password_file_of_somebody_else(protected: Simulation, password_file: Path) -> None:
    """A file we may not read is named."""
    password_file.chmod(0)

    answer = ask(protected, "--redis", protected.url, "--password-file", str(password_file))

    assert "cannot be read: Permission denied" in answer.line


@pytest.mark.parametrize("check", ["heartbeat", "collector"])
@pytest.mark.parametrize("options", [["-vvv"], ["--json", "-vvv"]])
def test_no_password_is_ever_shown(
    protected: Simulation,
    password_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    check: str,
    options: list[str],
) -> None:
    """Neither when all is well nor with any mistake, however verbose, is a password printed."""
    host = protected.url.partition("://")[2]
    port = host.partition(":")[2].partition("/")[0]
    cases = [
        ["--redis", f"redis://:{PASSWORD}@{host}"],
        ["--redis", f"redis://wrong:{PASSWORD}@{host}"],
        ["--redis", f"redis://:{PASSWORD}-not@{host}"],
        ["--redis", f"redis://:{PASSWORD}@127.0.0.1:1/0"],
        ["--redis", f"redis://:{PASSWORD}@127.0.0.1:{port}/{PASSWORD}"],
        ["--redis", f"redis://127.0.0.1:{PASSWORD}@x"],
        ["--redis", f"redis://:{PASSWORD}@127.0.0.1:port"],
        ["--redis", f"http://:{PASSWORD}@{host}"],
        ["--redis", f"unix://:{PASSWORD}@relative"],
        ["--redis", f"unix://:{PASSWORD}@/nowhere/s.sock"],
        ["--redis", f"rediss://:{PASSWORD}@{host}", "-t", "0.3"],
        ["--redis", f"redis://:{PASSWORD}@{host}?{PASSWORD}"],
        ["--redis", f"redis://:x?{PASSWORD}@{host}"],
        ["--redis", protected.url, "--password-file", str(password_file)],
        ["--redis", "redis://127.0.0.1:1/0", "--password-file", str(password_file)],
    ]
    said = [protected.ask_words(check, *case, *options) for case in cases]
    monkeypatch.setenv("BLINKENLIGHTS_STORE_PASSWORD", f"{PASSWORD}\n{PASSWORD}")
    said.append(protected.ask_words(check, "--redis", protected.url, *options))

    def fail(*_: object) -> None:
        local_variable = PASSWORD
        raise RuntimeError(str(len(local_variable)))

    monkeypatch.setattr("blinkenlights.store.reader.StoreReader.ask", fail)
    said.append(protected.ask_words(check, *cases[0], *options))

    assert {one.code for one in said} <= {0, 3}
    assert said[-1].code == 3
    assert [one.text for one in said if "s3cret" in one.text or "p4ssword" in one.text] == []


def test_no_option_takes_a_password(protected: Simulation) -> None:
    """A password on the command line would be in the process list."""
    said = ask(protected, "--redis", protected.url, "--password", "x")

    assert said.code == 3
    assert "unrecognized arguments: --password x" in said.line
