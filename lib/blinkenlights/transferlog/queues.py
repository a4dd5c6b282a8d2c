"""Where the logs are, and queues that get them."""

from msgspec.structs import replace

from blinkenlights.broker.connection import NOT_FOUND, BrokerConnection
from blinkenlights.broker.refusals import ChannelRefused
from blinkenlights.config import AmqpConfig, Config
from blinkenlights.errors import UsageError
from blinkenlights.kinds.transfer.log_settings import LogConfig

__all__ = ["KIND", "LogConfig", "bind", "common_log", "log_settings", "names_a_log"]

KIND = "transfer"
DEFAULT_EXCHANGE = "log"


def log_settings(config: Config) -> LogConfig:
    """Return `[log]`."""
    return config.table(LogConfig)


def names_a_log(config: Config) -> bool:
    """Return whether a configuration says at which broker the log of transfers is."""
    return bool(log_settings(config).url) or any(each.kind == KIND for each in config.amqp)


def common_log(config: Config, queue: str = "", broker: str = "") -> AmqpConfig:
    """Return the exchange with all logs, as a source with a queue.

    What `[log]` does not say is taken from the first `[[amqp]]` of kind transfer. A `broker` takes
    the place of the one that is configured, without its password. Raises UsageError where nothing
    says at which broker the log is.
    """
    if not broker and not names_a_log(config):
        raise UsageError(
            "no log of transfers is configured: name its broker with url in [log], or configure an "
            f'[[amqp]] with kind = "{KIND}"; log, route and --capture take --broker URL as well'
        )
    log = log_settings(config)
    near = next((each for each in config.amqp if each.kind == KIND and not log.url), None)
    found = AmqpConfig(
        url=log.url or (near.url if near else broker),
        exchange=log.exchange or (near.exchange if near else DEFAULT_EXCHANGE),
        type=near.type if near and not log.exchange else log.type,
        keys=log.keys or ["#"],
        queue=queue,
        kind=KIND,
        password_file=log.password_file or (near.password_file if near else ""),
        ca_file=log.ca_file or (near.ca_file if near else ""),
    )
    # A password belongs to its broker.
    return replace(found, url=broker, password_file="", ca_file="") if broker else found


async def bind(connection: BrokerConnection, log: AmqpConfig, *, declare: bool = True) -> None:
    """Bind the queue of `log` to its exchange; raises BrokerError.

    Args:
        connection: To the broker.
        log: Which queue, exchange and keys.
        declare: Whether to make the exchange when it is not there.
    """
    try:
        await _bind(connection, log)
    except ChannelRefused as refused:
        if not (declare and refused.code == NOT_FOUND):
            raise
        channel = await connection.channel()
        await channel.ask(channel.raw.exchange_declare, log.exchange, log.type, durable=True)
        channel.close()
        await _bind(connection, log)


async def _bind(connection: BrokerConnection, log: AmqpConfig) -> None:
    channel = await connection.channel()
    for key in log.keys or [""]:
        await channel.ask(channel.raw.queue_bind, log.queue, log.exchange, key)
    channel.close()
