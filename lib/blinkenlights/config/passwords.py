"""Passwords, from files."""

from pathlib import Path

from blinkenlights.errors import ConfigError


def read_password(key: str, path: str) -> str | None:
    """Return the first line of the file at `path`; None when that is empty.

    Raises ConfigError, which names `key` and the file and never what stands in it.
    """
    if not path:
        return None
    try:
        with Path(path).open(encoding="utf-8") as file:
            # Editors on Windows begin a file with a mark of the order of its bytes.
            password = file.readline().rstrip("\r\n").removeprefix("\ufeff")
    except OSError as error:
        raise ConfigError(
            f"{key}: {path} cannot be read ({error.strerror}); "
            "make it readable for the user who runs this"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{key}: {path} is not text in UTF-8; write the password there") from None
    if not password:
        raise ConfigError(f"{key}: the first line of {path} is empty; write the password there")
    return password
