"""Turns pika's errors, which wrap one another, into one sentence that says what to do."""

import re
import ssl
from collections.abc import Iterator

from pika.adapters.utils.connection_workflow import (
    AMQPConnectionWorkflowFailed,
    AMQPConnectorPhaseErrorBase,
    AMQPConnectorSocketConnectError,
    AMQPConnectorStackTimeout,
)
from pika.exceptions import (
    AMQPConnectionError,
    AMQPHeartbeatTimeout,
    ChannelClosed,
    ChannelWrongStateError,
    ConnectionBlockedTimeout,
    ConnectionClosed,
    ConnectionOpenAborted,
    ConnectionWrongStateError,
    IncompatibleProtocolError,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
    StreamLostError,
)

from blinkenlights.errors import BrokerError

_NO_ANSWER = "cannot be reached: no answer in time"
_COMPLAINTS: dict[type[BaseException], str] = {
    AMQPConnectorStackTimeout: _NO_ANSWER,
    ConnectionOpenAborted: _NO_ANSWER,
    TimeoutError: _NO_ANSWER,
    AMQPHeartbeatTimeout: "is lost: it sends no AMQP heartbeats any more",
    ConnectionBlockedTimeout: "takes no messages: it is short of memory or disk",
    StreamLostError: "is lost: the connection broke",
    ChannelWrongStateError: "is lost: it closed the channel a moment before",
    ConnectionWrongStateError: "is lost: the connection was closed a moment before",
}
"""What to say of a broker, by what pika or the system raised."""

_HANGS = (AMQPConnectorStackTimeout, ConnectionOpenAborted)
_IS_IT_PLAIN = "is it amqp:// in place of amqps://?"
_IS_IT_TLS = "if that port speaks TLS, write amqps:// in place of amqp://"

_WANTS_CERTIFICATE = ("TLSV13_ALERT_CERTIFICATE_REQUIRED",)
_REFUSES_CERTIFICATE = (
    *("TLSV1_ALERT_UNKNOWN_CA", "TLSV1_ALERT_DECRYPT_ERROR", "TLSV1_ALERT_ACCESS_DENIED"),
    *("SSLV3_ALERT_BAD_CERTIFICATE", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"),
    *("SSLV3_ALERT_CERTIFICATE_REVOKED", "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
)
"""As OpenSSL names what a broker says of a certificate."""

_ALERT = re.compile(r"\[SSL: (\w+)\]")
"""The same in the text that pika makes of it."""

_REFUSED_FOR = "(access to vhost '.*'|connection) refused for user '.*': "
_ON_OPENING = (
    (
        re.compile("vhost .* not found"),
        "has no such virtual host; have it made, or mend the broker's URL",
    ),
    (
        re.compile(_REFUSED_FOR + "vhost '.*' is down"),
        "has stopped this virtual host; see its log, and run: rabbitmqctl restart_vhost",
    ),
    (
        re.compile(_REFUSED_FOR + ".*limit cannot be queried.*"),
        "does not know just now how many connections it allows; if that goes on, see its log",
    ),
    (
        re.compile(r".*connection limit \(\d+\) is reached"),
        "lets nobody else in; raise that limit, or end connections that nobody needs",
    ),
    (re.compile(".*"), "does not let this user into the virtual host; give it permissions there"),
)
"""What to say of a broker that lets us log in and no further, by the whole of what it says."""
_WITHOUT_CODE = re.compile("(NOT_ALLOWED|INTERNAL_ERROR) - ")
_SAID = re.compile(r"\(\d+\) (?P<quote>['\"])(?P<text>.*)(?P=quote)")
"""What a broker said, in the text that pika makes of it; there is no other way to it."""

_ADVICE = {
    (403, "queue_declare"): "permit this user to configure it, or have it made",
    (403, "exchange_declare"): "permit this user to configure it, or set passive = true",
    (403, "queue_bind"): "permit this user to write to the queue and to read from the exchange",
    (403, "basic_consume"): "permit this user to read from it",
    (404, "exchange_declare"): "have it made, or set passive = false",
    (405, "queue_declare"): "name another queue, or end the connection that has it for itself",
    (406, "exchange_declare"): "set type to what it is, or passive = true",
}
"""What to do about the code of a refusal, by what was asked for."""


class ChannelRefused(BrokerError):  # noqa: N818 - the name says the outcome
    """The broker closed a channel because of what was asked on it; `code` says why."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def refusal(error: BaseException, address: str, *, tls: bool | None = None) -> BrokerError:
    """Return one of pika's errors as a sentence about `address`; it never holds a password.

    Args:
        error: What pika raised.
        address: The broker, for people.
        tls: Whether we spoke TLS, when nobody ever let us in there: then the port or the scheme may
            be wrong. None when it worked before.
    """
    errors = list(_unwrapped(error))
    innermost = errors[-1]
    if isinstance(innermost, ChannelClosed):
        return ChannelRefused(f"{address} refuses: {innermost.reply_text}", innermost.reply_code)
    is_accepted = not any(isinstance(each, AMQPConnectorSocketConnectError) for each in errors)
    said = _while_connecting(innermost, tls) if is_accepted else ""
    return BrokerError(f"{address} {said or _complaint(innermost, tls)}")


def with_advice(error: BrokerError, asked: str) -> BrokerError:
    """Return a refusal together with what to do about it, when `asked`, a method, was refused."""
    if not isinstance(error, ChannelRefused):
        return error
    advice = _ADVICE.get((error.code, asked))
    # RabbitMQ goes on for a second sentence about what might be.
    sentence = str(error).partition(". ")[0].removesuffix(".")
    return ChannelRefused(f"{sentence}; {advice}", error.code) if advice else error


def _unwrapped(error: BaseException) -> Iterator[BaseException]:
    yield error
    inner: object = None
    if isinstance(error, AMQPConnectionWorkflowFailed):
        inner = error.exceptions[-1]
    elif isinstance(error, AMQPConnectorPhaseErrorBase):
        inner = error.exception
    elif type(error) is AMQPConnectionError and error.args:
        inner = error.args[0]
    if isinstance(inner, BaseException):
        yield from _unwrapped(inner)


def _while_connecting(error: BaseException, tls: bool | None) -> str:
    """Return what to say of somebody who takes connections and does not go on from there."""
    question = "" if tls is None else f"; {_IS_IT_PLAIN if tls else _IS_IT_TLS}"
    if isinstance(error, _HANGS):
        return f"takes the connection, and does not answer in time{question}"
    if isinstance(error, ConnectionError):
        return f"broke off while we connected: {error.strerror or error}{question}"
    return ""


def _complaint(error: BaseException, tls: bool | None) -> str:
    match error:
        case ProbableAccessDeniedError():
            return _refused_on_opening(str(error))
        case ProbableAuthenticationError():
            return _refused_at_login(str(error))
        case IncompatibleProtocolError():
            return _ended_at_once(str(error), tls)
    for kind, sentence in _COMPLAINTS.items():
        if isinstance(error, kind):
            return sentence
    match error:
        case ConnectionClosed():
            return f"closed the connection: {error.reply_text}"
        case ssl.SSLCertVerificationError():
            return f"has a certificate that is not trusted ({error.verify_message}); see ca_file"
        case ssl.SSLError():
            return _refused_tls(error.reason, tls)
        case OSError() if error.strerror:
            return f"cannot be reached: {error.strerror}"
    return f"cannot be reached: {type(error).__name__} {error}".rstrip()


def _ended_at_once(text: str, tls: bool | None) -> str:
    # By TLS 1.3 a server looks at our certificate when we count as connected already.
    found = _ALERT.search(text)
    if found:
        return _refused_tls(found[1], tls)
    if tls is None:
        return "closed the connection before it said anything"
    return "does not speak AMQP; is the port right, and is it amqp:// or amqps://?"


def _refused_tls(reason: str, tls: bool | None) -> str:
    if reason in _WANTS_CERTIFICATE:
        return "wants a certificate of ours; name it in certificate_file"
    if reason in _REFUSES_CERTIFICATE:
        return (
            f"does not take our certificate ({reason}); show one that its authority has signed, "
            "see certificate_file and key_file"
        )
    question = "" if tls is None else "; is the port right for amqps://?"
    return f"does not speak TLS with us ({reason}){question}"


def _refused_on_opening(text: str) -> str:
    """Return what to do, and what the broker said."""
    found = _SAID.search(text.replace("\\'", "'"))
    if not found:
        # pika guesses that it did so on purpose.
        return "is lost: the connection broke while it let us in"
    said = _WITHOUT_CODE.sub("", found["text"], count=1)
    sentence = next(sentence for whole, sentence in _ON_OPENING if whole.fullmatch(said))
    return f"{sentence} ({said})"


def _refused_at_login(text: str) -> str:
    if _SAID.search(text):
        return "refuses the user or the password; mend the broker's URL or password_file"
    # Brokers other than RabbitMQ refuse so, and any that ends just then.
    return "closed the connection when we logged in; are user and password right, and does it run?"
