"""The beginning or the end of a transfer that is sent, for scripts that move files."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from blinkenlights.errors import UsageError
from blinkenlights.kinds.fact import Rejected, Skipped
from blinkenlights.kinds.fields import (
    LARGEST_SIZE,
    Invalid,
    path_for_people,
    printable_name,
)
from blinkenlights.kinds.sending import Sending, one_line
from blinkenlights.kinds.transfer.codes import FIRST_OUTCOME, HIGHEST
from blinkenlights.kinds.transfer.decode import parse, parse_topic

STATES = {"started": "started", "done": "finished", "finished": "finished"}
"""What the command line calls a state -> what the message calls it."""


class TransferSending(Sending):
    """Sends that a transfer has begun, or how it ended."""

    help = "the beginning or the end of a transfer"
    description = (
        "Send that a transfer has begun, or how it ended. It is in flight from the one to the "
        "other; both have the same --node, and the same --id or --name."
    )
    epilog = (
        "example: blinkenlights send transfer --state started --node pump1 --client alice "
        "--name bulletins/UANT01, and then the same with --state done --code 201 --bytes 6451"
    )

    def add_options(self, parser: ArgumentParser) -> None:
        """Add what a beginning or an end says."""
        parser.add_argument(
            "--state", required=True, choices=STATES, metavar="STATE", help="started or done"
        )
        parser.add_argument(
            "--node", required=True, help="the component at work, by the name in its heartbeats"
        )
        parser.add_argument("--client", required=True, help="who fetches or receives it")
        parser.add_argument("--source", help="who the product is from")
        parser.add_argument("--name", help="path of the file")
        parser.add_argument(
            "--id", help="tells it from others on the node (default: what --name says)"
        )
        parser.add_argument(
            "--code",
            type=_code,
            help="with done, how it went: 201 is good, 499 is bad; 206 and 307 end nothing",
        )
        parser.add_argument("--bytes", type=_bytes, metavar="N", help="with done, its size")

    def message(self, options: Namespace, now: float) -> bytes:
        """Return the beginning or the end."""
        is_over = STATES[options.state] == "finished"
        if is_over and options.code is None:
            raise UsageError("--state done wants --code: 201 when all is well, 499 when it failed")
        if not is_over and (options.code, options.bytes) != (None, None):
            raise UsageError("--code and --bytes say how it ended; leave them out with started")
        given = {
            "state": STATES[options.state],
            "node": options.node,
            "client": options.client,
            "source": options.source,
            "id": _text(options.id),
            "name": _text(options.name),
            "code": options.code,
            "bytes": options.bytes,
            "timestamp": round(now, 6),
        }
        message = {key: value for key, value in given.items() if value is not None}
        body = one_line({"kind": "transfer", **message})
        _check_pairing(message)
        fact = parse(body)
        if isinstance(fact, Rejected):
            raise UsageError(f"no collector would take this: {fact.reason} ({fact.detail})")
        if isinstance(fact, Skipped):
            raise UsageError(f"no collector would count this: {fact.reason}")
        return body

    def named(self, options: Namespace) -> str:
        """Return the file, or its id, without passwords."""
        return path_for_people(_text(options.name or options.id))

    def component(self, options: Namespace) -> str:
        """Return the node."""
        return str(options.node)

    def check_key(self, key: str) -> None:
        """Refuse the topics of Sarracenia, under which a collector takes it for a post."""
        if parse_topic(key):
            raise UsageError(
                f"under the key {key!r} a collector takes it for a post of Sarracenia and skips "
                "it; bind another key and name it with --key, or send to a socket with --to"
            )


def _check_pairing(message: dict[str, object]) -> None:
    """Raise UsageError when the end would not find its beginning.

    A collector counts a transfer whose node or id is not credible, and leaves that part out.
    """
    try:
        printable_name(message["node"], "node")
        if "id" in message:
            printable_name(message["id"], "id")
            return
    except Invalid as invalid:
        said = invalid.rejected
        raise UsageError(f"no collector would take this: {said.reason} ({said.detail})") from None
    if not message.get("name"):
        raise UsageError(
            "give --id or --name: one of them tells the transfer from others on the node"
        )


def _text(given: str | None) -> str | None:
    """Return what was given, with bytes that are not UTF-8 escaped, as file names may have them."""
    return given and given.encode(errors="surrogateescape").decode(errors="backslashreplace")


def _code(text: str) -> int:
    if not (text.isascii() and text.isdigit() and FIRST_OUTCOME <= int(text) <= HIGHEST):
        raise ArgumentTypeError(f"{text!r} is no outcome; write {FIRST_OUTCOME} to {HIGHEST}")
    return int(text)


def _bytes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SIZE):
        raise ArgumentTypeError(f"{text!r} is not a number of bytes up to {LARGEST_SIZE}")
    return int(text)
