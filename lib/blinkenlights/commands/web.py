"""`blinkenlights web`: the status page and the JSON API as a process of its own, and its tokens."""

import asyncio
from argparse import Namespace

from msgspec.structs import replace

from blinkenlights.clock import wall_clock
from blinkenlights.collector.daemon import Collector
from blinkenlights.commands.logs import log_to_stderr
from blinkenlights.commands.moments import written
from blinkenlights.commands.options import SubParsers, add_config, add_json
from blinkenlights.commands.stopping import until_signal
from blinkenlights.commands.supervision import Supervision
from blinkenlights.commands.terminal import say, say_json, say_table
from blinkenlights.config import Config, load
from blinkenlights.errors import UsageError
from blinkenlights.globs import is_glob
from blinkenlights.invisible import distinct, is_all_seen
from blinkenlights.web.post_source import AwaitedPostSource
from blinkenlights.web.server import WebServer
from blinkenlights.web.tokens import SCOPES, TokenFile

NAME_CHARACTERS = 100


def add_parser(subparsers: SubParsers) -> None:
    """Add the command with its subcommands."""
    parser = subparsers.add_parser(
        "web",
        description="Serve the status page and the JSON API, until SIGTERM or Ctrl-C. [web] in "
        "the configuration says where and to whom.",
        allow_abbrev=False,
    )
    add_config(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    token = actions.add_parser(
        "token",
        help="add, list or remove tokens",
        description="Manage who may read or write. The file holds digests of tokens only.",
        allow_abbrev=False,
    )
    verbs = token.add_subparsers(dest="verb", metavar="VERB", required=True)
    add = verbs.add_parser("add", help="make a token and print it, once", allow_abbrev=False)
    add.add_argument("--name", required=True, metavar="NAME", help="who it is for")
    add.add_argument("--scope", required=True, choices=SCOPES, help="what it is for")
    add.add_argument(
        "--source", metavar="SOURCE", help="only this source of transfers and its clients"
    )
    listed = verbs.add_parser("list", help="list them", allow_abbrev=False)
    remove = verbs.add_parser("remove", help="take one back, at once", allow_abbrev=False)
    remove.add_argument("--name", required=True, metavar="NAME", help="which one")
    for each in (add, listed, remove):
        add_config(each, is_repeated=True)
    add_json(listed)


def run(options: Namespace) -> int:
    """Serve until told to stop, or manage tokens; returns 0."""
    config = load(options.config)
    if options.action == "token":
        _manage(TokenFile(config.web.tokens_file), options)
        return 0
    log_to_stderr()
    asyncio.run(_serve(config))
    return 0


async def _serve(config: Config) -> None:
    posts = AwaitedPostSource() if config.web.post else None
    collector = Collector(_own(config), others=[posts.open]) if posts else None
    stopping = asyncio.Event()

    async def serve() -> None:
        async with WebServer(config, posts), Supervision().watched():
            await (collector.run() if collector else stopping.wait())

    def stop() -> None:
        stopping.set()
        if collector:
            collector.stop()

    await until_signal(serve(), stop)


def _own(config: Config) -> Config:
    """Return the configuration of the collector that this process is for what is posted."""
    settings = replace(config.collector, name=f"{config.collector.name}-web")
    return replace(config, collector=settings, amqp=[], lines=[])


def _manage(file: TokenFile, options: Namespace) -> None:
    if options.verb == "add":
        _check(options.name, options.source)
        source = None if options.source is None else distinct(options.source)
        say(file.add(options.name, options.scope, source, wall_clock()))
    elif options.verb == "remove":
        if not file.remove(options.name):
            raise UsageError(f"there is no token named {options.name!r}")
        say(f"removed: {options.name}")
    elif options.json:
        fields = ("name", "scope", "source", "created")
        say_json([{key: getattr(token, key) for key in fields} for token in file.tokens()])
    elif file.tokens():
        rows = [
            (token.name, token.scope, token.source or "all", written(token.created))
            for token in file.tokens()
        ]
        say_table(("name", "scope", "source", "created"), rows)
    else:
        say("there is no token; add one with: blinkenlights web token add")


def _check(name: str, source: str | None) -> None:
    if not name or not is_all_seen(name) or len(name) > NAME_CHARACTERS:
        raise UsageError(f"a token's name has 1 to {NAME_CHARACTERS} printable characters")
    if source is not None and (not source or not is_all_seen(source) or is_glob(source)):
        raise UsageError("--source takes the name of one source, without *, ? or [")
