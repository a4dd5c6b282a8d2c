"""All programs read the settings of the store alike, and are let in with the same ones."""

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from unittest.mock import patch

import pytest

from blinkenlights.cli import main
from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.commands.publishing import publishing
from blinkenlights.commands.stores import open_client
from blinkenlights.config import Config, StoreConfig, load
from blinkenlights.errors import BlinkenlightsError, StoreRefused
from blinkenlights.kinds.rights import rules_of
from blinkenlights.kinds.transfer.speedos import SpeedoStore
from blinkenlights.plugin.entry import answer
from blinkenlights.plugin.horizon import COMMANDS
from blinkenlights.speedo.daemon import Speedos
from blinkenlights.store.users import Rules, write_users
from blinkenlights.web.server import WebServer
from servers.process import make_folder, remove_folder
from servers.valkey import Valkey

USER, OTHER = "reader", "else"
PASSWORD, ITS_PASSWORD = "p4ss:w/rd@?", "another"
IN_URL = "p4ss%3Aw%2Frd%40%3F"

NOTHING: Mapping[str, str] = MappingProxyType({})


class Row(NamedTuple):
    """Settings, by where they stand; ADDRESS, FILE and CA are put in."""

    environment: Mapping[str, str] = NOTHING
    file: Mapping[str, str] = NOTHING
    redis: str = ""
    password_file: str = ""
    redis_url: str = ""
    """What a platform, or the environment of the old listener, says."""
    lets_in: bool = True


USER_URL = f"redis://{USER}:{IN_URL}@ADDRESS"
WRONG_URL = f"redis://{USER}:wrong@ADDRESS"
PLAIN_URL = "redis://ADDRESS"
TABLE = {
    "url-in-file": Row(file={"url": USER_URL}),
    "url-of-default-user": Row(file={"url": f"redis://:{ITS_PASSWORD}@ADDRESS"}),
    "wrong-url": Row(file={"url": WRONG_URL}, lets_in=False),
    "no-password": Row(file={"url": PLAIN_URL}, lets_in=False),
    "user-without-password": Row(file={"url": f"redis://{USER}@ADDRESS"}, lets_in=False),
    "user-in-file": Row(file={"url": PLAIN_URL, "username": USER, "password_file": "FILE"}),
    "file-wins-over-url": Row(file={"url": WRONG_URL, "password_file": "FILE"}),
    "user-wins-over-url": Row(file={"url": f"redis://{OTHER}:{IN_URL}@ADDRESS", "username": USER}),
    "url-in-environment": Row({"URL": USER_URL}),
    "environment-wins": Row({"URL": USER_URL}, file={"url": WRONG_URL}),
    "password-in-environment": Row({"PASSWORD": PASSWORD}, file={"url": WRONG_URL}),
    "file-in-environment": Row({"PASSWORD_FILE": "FILE"}, file={"url": WRONG_URL}),
    "user-in-environment": Row({"USERNAME": USER, "PASSWORD": PASSWORD}, file={"url": PLAIN_URL}),
    "file-wins-over-password": Row(
        {"PASSWORD": "wrong"}, file={"url": WRONG_URL, "password_file": "FILE"}
    ),
    "key-by-key": Row({"URL": PLAIN_URL}, file={"username": USER, "password_file": "FILE"}),
    "user-of-file-for-url-of-environment": Row(
        {"URL": f"redis://{OTHER}:{IN_URL}@ADDRESS"}, file={"username": USER}
    ),
    "empty-variables": Row(
        {"URL": "", "USERNAME": "", "PASSWORD_FILE": "", "PASSWORD": "", "CA_FILE": ""},
        file={"url": USER_URL},
    ),
    "missing-password-file": Row(
        file={"url": USER_URL, "password_file": "/nowhere/pw"}, lets_in=False
    ),
    "tls": Row(file={"url": f"rediss://{USER}:{IN_URL}@TLS", "ca_file": "CA"}),
    "tls-in-environment": Row({"URL": f"rediss://{USER}:{IN_URL}@TLS", "CA_FILE": "CA"}),
    "tls-without-ca": Row(file={"url": f"rediss://{USER}:{IN_URL}@TLS"}, lets_in=False),
    "option": Row(redis=USER_URL),
    "option-wins": Row({"URL": WRONG_URL}, file={"url": WRONG_URL}, redis=USER_URL),
    "option-is-another-store": Row(
        file={"url": PLAIN_URL, "username": USER, "password_file": "FILE"},
        redis=PLAIN_URL,
        lets_in=False,
    ),
    "password-by-option": Row(redis=WRONG_URL, password_file="FILE"),
    "password-by-option-for-file": Row(file={"url": WRONG_URL}, password_file="FILE"),
    "option-and-environment": Row({"USERNAME": USER, "PASSWORD": PASSWORD}, redis=PLAIN_URL),
    "redis-url": Row(redis_url=USER_URL),
    "redis-url-of-default-user": Row(redis_url=f"redis://:{ITS_PASSWORD}@ADDRESS"),
    "redis-url-is-wrong": Row(redis_url=WRONG_URL, lets_in=False),
    "redis-url-with-tls": Row({"CA_FILE": "CA"}, redis_url=f"rediss://:{ITS_PASSWORD}@TLS"),
    "redis-url-with-tls-and-user": Row(
        file={"ca_file": "CA"}, redis_url=f"rediss://{USER}:{IN_URL}@TLS"
    ),
    "redis-url-without-ca": Row(redis_url=f"rediss://{USER}:{IN_URL}@TLS", lets_in=False),
    "our-variable-wins-over-redis-url": Row({"URL": USER_URL}, redis_url=WRONG_URL),
    "file-wins-over-redis-url": Row(file={"url": USER_URL}, redis_url=WRONG_URL),
    "option-wins-over-redis-url": Row(redis=USER_URL, redis_url=WRONG_URL),
    "our-login-beside-redis-url": Row(
        {"USERNAME": USER, "PASSWORD": PASSWORD}, redis_url=f"redis://{OTHER}:wrong@ADDRESS"
    ),
    "redis-url-that-is-none": Row(redis_url="http://ADDRESS", lets_in=False),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    """Give a store where the default user has one password, and another user another."""
    made = Valkey({"requirepass": ITS_PASSWORD}, tls=True)
    try:
        made.start()
        for name in (USER, OTHER):
            word = PASSWORD if name == USER else "its own"
            made.client().acl_setuser(
                name, enabled=True, passwords=[f"+{word}"], keys=["*"], commands=["+@all"]
            )
        yield made
    finally:
        made.remove()


@pytest.fixture
def bare(bare_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the configuration and the embedded store of this machine away."""
    del bare_environment
    monkeypatch.setattr("blinkenlights.locations.SYSTEM_STATE", str(tmp_path / "no-state"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "no-home"))


def asked(options: Namespace) -> list[str]:
    """Return the words that say the same as `options`."""
    words = ["--config", options.config]
    words += ["--redis", options.redis] if options.redis else []
    return words + (["--password-file", options.password_file] if options.password_file else [])


def check(name: str, options: Namespace) -> bool:
    _, text = answer(name, asked(options), wall_clock)
    return "no collector has reported" in text


def command(words: str, options: Namespace) -> bool:
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        return main([*words.split(), *asked(options)]) == 0


def import_a_machine(options: Namespace) -> bool:
    with patch("sys.stdin", TextIOWrapper(BytesIO(b'[{"name": "mdc1:a", "seen": 1}]'))):
        return command("import machines", options)


def waited_for(work: Callable[[], Awaitable[object]]) -> bool:
    async def wait() -> bool:
        try:
            await work()
        except BlinkenlightsError:
            return False
        return True

    return asyncio.run(wait())


async def publish(options: Namespace) -> None:
    store = open_client(options, SpeedoStore)
    try:
        await store.heard()
    finally:
        await store.close()


A_LOG = ["[log]", 'url = "amqp://127.0.0.1:1/"']
"""Without a log nothing is published."""


async def publish_beside(options: Namespace) -> None:
    config = load(options.config)
    beside = publishing(config)._make(config)
    assert isinstance(beside, Speedos)
    store = beside._store
    try:
        await store.heard()
    finally:
        await store.close()


async def collect(options: Namespace) -> None:
    store = Collector(load(options.config))._store
    try:
        await store.known_reports()
    finally:
        await store.close()


async def serve(options: Namespace) -> None:
    store = WebServer(load(options.config))._site.store
    try:
        await store.ask(lambda reader: reader.ask(*COMMANDS))
    finally:
        await store.close()


DAEMONS: dict[str, Callable[[Namespace], bool]] = {
    "collect": lambda options: waited_for(lambda: collect(options)),
    "web": lambda options: waited_for(lambda: serve(options)),
    "speedos of up": lambda options: waited_for(lambda: publish_beside(options)),
}
WITH_OPTIONS: dict[str, Callable[[Namespace], bool]] = {
    "check_heartbeat": lambda options: check("heartbeat", options),
    "check_collector": lambda options: check("collector", options),
    "speedo": lambda options: waited_for(lambda: publish(options)),
    "speedo --watch": lambda options: command("speedo --watch --json", options),
    "expect": lambda options: command("expect", options),
    "export": lambda options: command("export machines", options),
    "import": import_a_machine,
    "rejected": lambda options: command("rejected", options),
}


@pytest.mark.parametrize("name", TABLE)
def test_all_programs_are_let_in_with_the_same_settings(
    name: str, server: Valkey, bare: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever stands in the URL, the file, the environment or an option means one thing."""
    del bare
    row = TABLE[name]
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    assert server.certificates is not None

    def filled(text: str) -> str:
        for word, value in {
            "ADDRESS": f"127.0.0.1:{server.port}/0",
            "TLS": f"127.0.0.1:{server.tls_port}/0",
            "FILE": str(password),
            "CA": str(server.certificates and server.certificates.authority),
        }.items():
            text = text.replace(word, value)
        return text

    for key, value in row.environment.items():
        monkeypatch.setenv(f"BLINKENLIGHTS_STORE_{key}", filled(value))
    monkeypatch.setenv("REDIS_URL", filled(row.redis_url))
    file = tmp_path / "blinkenlights.toml"
    lines = [f'{key} = "{filled(value)}"' for key, value in row.file.items()]
    file.write_text("\n".join([*A_LOG, "[store]", *lines]))
    options = Namespace(
        config=str(file), redis=filled(row.redis), password_file=filled(row.password_file)
    )
    programs = WITH_OPTIONS | ({} if row.redis or row.password_file else DAEMONS)

    found = {each: is_let_in(options) for each, is_let_in in programs.items()}

    assert found == dict.fromkeys(programs, row.lets_in)


def test_a_password_file_that_goes_away(server: Valkey, bare: None, tmp_path: Path) -> None:
    """A daemon that has to connect anew says what it lacks, and is let in later."""
    del bare
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    settings = StoreConfig(url=server.url, username=USER, password_file=str(password))
    config = Config(store=settings)

    async def connect_without() -> list[str]:
        collector = Collector(config)._store
        web = WebServer(config)._site.store
        said = []
        for ask in (collector.known_reports, lambda: web.ask(lambda store: store.ask(("PING",)))):
            password.rename(tmp_path / "moved")
            with pytest.raises(StoreRefused) as refused:
                await ask()
            said.append(str(refused.value))
            (tmp_path / "moved").rename(password)
            await ask()
        await collector.close()
        await web.close()
        return said

    said = asyncio.run(connect_without())

    assert all("password file" in each and "cannot be read" in each for each in said)


def test_all_programs_find_the_embedded_store(
    own_valkey: Callable[..., Valkey],
    bare: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Where nothing of ours names a store it is the embedded one; its owner may write there."""
    del bare
    folder = make_folder("state")
    users = write_users(folder, Rules(rules_of("checks"), rules_of("collector")))
    monkeypatch.setenv("BLINKENLIGHTS_STATE", str(folder))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    file = tmp_path / "blinkenlights.toml"
    file.write_text("\n".join(A_LOG))
    options = Namespace(config=str(file), redis="", password_file="")
    try:
        (folder / "store.sock").symlink_to(own_valkey({"aclfile": str(users)}).socket)
        programs = WITH_OPTIONS | DAEMONS

        found = {each: is_let_in(options) for each, is_let_in in programs.items()}
        declared = command("expect billing", options)
    finally:
        remove_folder(folder)

    assert found == dict.fromkeys(programs, True)
    assert declared
