"""Tokens: who may read or write. The file holds their digests only, so that it is no key itself."""

import hmac
import os
import secrets
from codecs import BOM_UTF8
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from blinkenlights.errors import ConfigError, UsageError

Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = ("read", "write")


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One token, as its line in the file has it."""

    name: str
    """Who it was given to, for people."""
    scope: Scope
    digest: str
    """SHA-256 of the token, which has 256 bits of chance: a slower hash would guard nothing."""
    created: float
    """Seconds since the epoch."""
    source: str | None = None
    """The one source of transfers that it is for; None for everything."""


_decode = msgspec.json.Decoder(Token).decode
_encode = msgspec.json.Encoder().encode


class TokenFile:
    """The tokens in a file, one JSON object a line; read again when the file has changed."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._version: tuple[int, int, int] | None = None
        self._tokens: list[Token] = []

    def tokens(self) -> Sequence[Token]:
        """Return all tokens; none when there is no file. Raises ConfigError."""
        try:
            found = self._path.stat()
            version = (found.st_mtime_ns, found.st_size, found.st_ino)
            if version != self._version:
                self._tokens = self._read()
                self._version = version
        except FileNotFoundError:
            self._tokens, self._version = [], None
        except OSError as error:
            raise ConfigError(
                f"web.tokens_file: {self._path} cannot be read ({error.strerror}); "
                "make it readable for the user who runs this"
            ) from None
        return self._tokens

    def find(self, presented: str) -> Token | None:
        """Return the token that was presented; None when there is none such."""
        digest = _digest(presented)
        found = None
        # All are compared, so that time says nothing of which, or of how much was right.
        for token in self.tokens():
            if hmac.compare_digest(token.digest, digest):
                found = token
        return found

    def add(self, name: str, scope: Scope, source: str | None, now: float) -> str:
        """Add a token and return it; it is written down nowhere. Raises UsageError, ConfigError."""
        tokens = list(self.tokens())
        if any(token.name == name for token in tokens):
            raise UsageError(f"there is a token named {name} already; remove it first, or choose")
        secret = secrets.token_urlsafe(32)
        tokens.append(Token(name, scope, _digest(secret), round(now, 3), source))
        self._write(tokens)
        return secret

    def remove(self, name: str) -> bool:
        """Remove a token; returns whether there was one. Raises ConfigError."""
        tokens = self.tokens()
        kept = [token for token in tokens if token.name != name]
        if len(kept) == len(tokens):
            return False
        self._write(kept)
        return True

    def _read(self) -> list[Token]:
        tokens = []
        text = self._path.read_bytes().removeprefix(BOM_UTF8)
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                tokens.append(_decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                # What stands there may be a token that somebody wrote down: never repeat it.
                raise ConfigError(
                    f"web.tokens_file: line {number} of {self._path} is no token; "
                    "remove it, and add tokens with `blinkenlights web token add`"
                ) from None
        return tokens

    def _write(self, tokens: Sequence[Token]) -> None:
        """Replace the file in one step, keeping who may read it."""
        path = self._path
        new = path.with_name(f".{path.name}.new")
        try:
            before = path.stat() if path.exists() else None
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
                if before is not None:
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
                    os.fchmod(file.fileno(), before.st_mode & 0o777)
                file.writelines(_encode(token) + b"\n" for token in tokens)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            raise ConfigError(
                f"web.tokens_file: {path} cannot be written ({error.strerror})"
            ) from None


def _digest(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
