"""Writes docs/configuration.md from the tables and keys themselves."""

import json

from msgspec.inspect import FloatType, IntType, ListType

from blinkenlights.config.environment import variable_name
from blinkenlights.config.tables import Key, Table, tables

TOP = """\
# Configuration

<!-- Written by `blinkenlights config reference`; a test keeps it in step. -->

The daemons read one TOML file: `--config FILE`, else the one that `BLINKENLIGHTS_CONFIG` names,
else `/etc/blinkenlights/blinkenlights.toml`. Each mistake in it is one sentence with file and key,
and `blinkenlights config check` says all of them at once, without starting anything. On SIGHUP
`collect` and `up` read the file again, all but `[web]`, `[links]` and `[probe]`; one with mistakes
is refused, and what was configured before stays in use. The other daemons take a restart: on SIGHUP
they say so in the log, and go on.

```toml
[store]
url = "redis://127.0.0.1:6379/0"

[[amqp]]
url = "amqp://guest:guest@127.0.0.1:5672/"
exchange = "blinkenlights"
type = "topic"
keys = ["heartbeat.#"]
queue = "blinkenlights.heartbeat"
kind = "heartbeat"

[[lines]]
listen = "unix:///run/blinkenlights/lines.sock"
```

## The environment

Every key can also be set by the environment, which wins over the file: `BLINKENLIGHTS_`, the table,
the key. Sources are numbered from 0 in the order of the file, and the number after the last adds
one. A list is separated by commas; true and false are also yes and no, or 1 and 0. A variable that
begins with `BLINKENLIGHTS_` and sets no key is a mistake: somebody meant it to do something.

| instead of | write |
|---|---|
| `interval = 30` in `[heartbeat]` | `BLINKENLIGHTS_HEARTBEAT_INTERVAL=30` |
| `url = "amqps://..."` in the first `[[amqp]]` | `BLINKENLIGHTS_AMQP_0_URL=amqps://...` |
| `keys = ["heartbeat.#", "status.#"]` there | `BLINKENLIGHTS_AMQP_0_KEYS=heartbeat.#,status.#` |
| `listen = "tcp://..."` in the second `[[lines]]` | `BLINKENLIGHTS_LINES_1_LISTEN=tcp://...` |

Three variables set no key: `BLINKENLIGHTS_CONFIG` names the file, `BLINKENLIGHTS_STATE` the folder
of `blinkenlights up`, and `BLINKENLIGHTS_STORE_PASSWORD` holds the store's password for those who
want it in no file.

Four variables of others are understood, so that what ran the listener of releng-hardware, or a
platform such as Heroku, need not know ours. Whatever we are told by an option, by a variable of
ours or by the file wins over them:

| variable | is |
|---|---|
| `AMQP_USER` | the user at each broker whose `url` names none |
| `AMQP_PASS` | the password of that user alone, where neither `url` nor `password_file` has one |
| `REDIS_URL` | the store, where no `url` is given and `blinkenlights up` has none on this machine |
| `PORT` | where `blinkenlights web` listens, at all addresses, where `listen` is not given |

## Passwords

A password in a URL works, and is shown nowhere. Better is a file that only the daemon's user can
read, named by `password_file`: configuration files end up in backups and version control.

All programs read `[store]` alike, each key by itself: the options `--redis` and `--password-file`
of checks and commands win over the environment, and that over the file. With `--redis` the file's
`[store]` is not read, because it describes another store. A user or a password beside the URL wins
over one inside it; of passwords, `password_file` wins over `BLINKENLIGHTS_STORE_PASSWORD`. An empty
variable is as good as none. The daemons read the file of a password anew for each connection.
"""


def reference() -> str:
    """Return docs/configuration.md."""
    return "\n".join([TOP, *map(_section, tables())])


def reference_data() -> list[dict[str, object]]:
    """Return the same for programs: each key with what it says, default, example and variable."""
    return [
        {
            "table": table.header,
            "key": key.name,
            "says": key.says + _type(key),
            "required": key.required,
            "default": key.default,
            "example": key.example,
            "variable": variable_name(table, key, "N"),
        }
        for table in tables()
        for key in table.keys
    ]


def _section(table: Table) -> str:
    lines = [f"## `{table.header}`", "", table.says, ""]
    if table.repeated:
        lines += [f"Write `{table.header}` once for each.", ""]
    lines += ["| key | default | what it says | example |", "|---|---|---|---|"]
    lines += [
        f"| `{key.name}` | {_default(key)} | {key.says}{_type(key)} | `{_toml(key.example)}` |"
        for key in table.keys
    ]
    lines += ["", f"Environment: `{variable_name(table, table.keys[0], 'N')}` and so on.", ""]
    return "\n".join(lines)


def _default(key: Key) -> str:
    if key.required:
        return "required"
    if key.default is None:
        return "this machine's host name"
    return f"`{_toml(key.default)}`"


def _type(key: Key) -> str:
    match key.plain:
        case IntType():
            return f" A whole number from {key.plain.ge} to {key.plain.le}."
        case FloatType():
            return f" A number from {key.plain.ge:g} to {key.plain.le:g}."
        case ListType(item_type=FloatType()):
            return " A list of numbers."
        case ListType():
            return " A list of texts."
        case _:
            return ""


def _toml(value: object) -> str:
    return json.dumps(value)
