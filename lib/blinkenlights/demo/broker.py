"""A broker of the demo's own, where RabbitMQ is installed; it shares nothing with any other."""

import asyncio
import os
import pwd
import secrets
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from blinkenlights.demo.tied_process import TiedProcess

SERVERS = ("/usr/lib/rabbitmq/bin/rabbitmq-server",)
"""Where Debian has the one that any user may start; the one in its PATH is for root alone."""
MORE_PLACES = ":/usr/sbin:/usr/local/sbin"
USER = "rabbitmq"
START_SECONDS = 60.0
POLL_SECONDS = 0.1
_LOGIN = "demo"
_CONFIG = """\
default_user = {login}
default_pass = {password}
listeners.tcp.1 = 127.0.0.1:{port}
disk_free_limit.absolute = 10MB
vm_memory_high_watermark.absolute = 500MB
"""


class NoBroker(Exception):  # noqa: N818 - it says the outcome
    """There is no broker here; says what is missing."""


@asynccontextmanager
async def demo_broker() -> AsyncIterator[str]:
    """Start a broker on loopback and give its URL; it has ended afterwards. Raises NoBroker."""
    server = next(filter(os.path.exists, SERVERS), None) or _found("rabbitmq-server")
    mapper = _found("epmd")
    user = _user()
    with TemporaryDirectory(prefix="blinkenlights-demo-broker-") as name:
        folder = Path(name)
        port, mapper_port, own_port = _free_ports(3)
        password = secrets.token_urlsafe(12)
        _write(folder, _CONFIG.format(login=_LOGIN, password=password, port=port), user)
        environment = _environment(folder, port, mapper_port, own_port)
        log = folder / "output.log"
        words = [mapper, "-port", str(mapper_port), "-address", "127.0.0.1"]
        mapping = TiedProcess(words, folder, log, environment, user)
        broker = TiedProcess([server], folder, log, environment, user)
        try:
            await mapping.start()
            await broker.start()
            await _until_it_answers(broker, port, log)
            yield f"amqp://{_LOGIN}:{password}@127.0.0.1:{port}/"
        finally:
            # There is nothing in it that anybody wants to keep.
            await broker.kill()
            await mapping.kill()


async def _until_it_answers(broker: TiedProcess, port: int, log: Path) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + START_SECONDS
    while not await _answers(port):
        if not broker.is_running or loop.time() > until:
            raise NoBroker(f"a RabbitMQ that starts; {broker.words[0]} {_last_words(log)}")
        await asyncio.sleep(POLL_SECONDS)


async def _answers(port: int) -> bool:
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"AMQP\x00\x00\x09\x01")
                return bool(await reader.read(1))
            finally:
                writer.close()
    except OSError:
        return False


def _last_words(log: Path) -> str:
    said = log.read_text(errors="replace").strip().splitlines()
    return f"said: {said[-1].strip()}" if said else "said nothing"


def _write(folder: Path, config: str, user: str) -> None:
    """Write its files, for whom it runs as."""
    (folder / "rabbitmq.conf").write_text(config, "utf-8")
    (folder / "plugins").write_text("[].\n", "utf-8")
    if user != "-":
        account = pwd.getpwnam(user)
        for each in (folder, *folder.iterdir()):
            os.chown(each, account.pw_uid, account.pw_gid)


def _found(program: str) -> str:
    found = shutil.which(program, path=os.environ.get("PATH", "") + MORE_PLACES)
    if found is None:
        raise NoBroker(f"RabbitMQ on this machine ({program} is not installed)")
    return found


def _user() -> str:
    """Return whom it runs as: Erlang wants a home of its own, which root's is not."""
    if os.geteuid() != 0:
        return "-"
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return "-"
    return USER


def _free_ports(number: int) -> list[int]:
    """Return ports that are free; they are all held until the last one is found."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def _environment(folder: Path, port: int, mapper_port: int, own_port: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(mapper_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        # No shell stays between us and the broker, so its process id is the one we started.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_CONF_ENV_FILE": str(folder / "no-such-file"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_DIST_PORT": str(own_port),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_FEATURE_FLAGS_FILE": str(folder / "feature-flags"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_NODENAME": f"blinkenlights-demo{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        # Erlang's threads that spin while they are idle would take the processor from the tour.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
        ),
    }
