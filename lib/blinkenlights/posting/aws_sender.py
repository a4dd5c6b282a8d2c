"""Tells AWS: events by EventBridge, metrics by CloudWatch. boto3 is imported when it is used.

boto3 blocks, so each request has a thread of its own. It tries once, since the outbox tries again.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import msgspec

from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.posting.aws_errors import NEVER_TAKEN, error_of
from blinkenlights.posting.entry import Entry
from blinkenlights.posting.own_thread import in_own_thread
from blinkenlights.posting.sender import Item, Sent
from blinkenlights.probe.output import AwsOutput
from blinkenlights.probe.templates import filled

CONNECT_SECONDS = 4.0
READ_SECONDS = 8.0
SECONDS = 12.0
"""For one request in all: one may be dripped at."""
REGION = "us-east-1"
SOURCE = "blinkenlights"
DETAIL_TYPE = "probe"
MOST_BYTES = 200_000
"""Of one request; AWS takes 256 KB of events."""


class AwsSender:
    """Tells AWS by one key.

    Args:
        output: What, and with which key.
    """

    def __init__(self, output: AwsOutput) -> None:
        self._output = output
        self._client: Any = None
        self._service = "cloudwatch" if output.namespace else "events"
        self.at_once = 1 if output.namespace else 10
        self._region = (
            output.region
            or os.environ.get("AWS_REGION")
            or os.environ.get("AWS_DEFAULT_REGION")
            or REGION
        )

    @property
    def named(self) -> str:
        """Return what the other side is called in sentences."""
        name = "CloudWatch" if self._output.namespace else "EventBridge"
        return f"AWS {name} in {self._region}"

    async def send(self, endpoint: str, items: Sequence[Item]) -> Sent:
        """Tell some."""
        if self._output.namespace:
            (item,) = items
            await self._in_thread(lambda client: self._put_metric(client, endpoint, item.entry))
            return Sent(items)
        some = list(self._small_enough(endpoint, items))
        events = [event for _, event in some]
        answer = await self._in_thread(lambda client: client.put_events(Entries=events))
        return self._read(answer, [item for item, _ in some], items[len(some) :])

    async def close(self) -> None:
        """Give up connections."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _put_metric(self, client: Any, endpoint: str, entry: Entry) -> None:  # noqa: ANN401
        output = self._output
        value = filled(output.value, entry.values)
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise CannotSayError(f"data_value {output.value} is no number", is_final=True) from None
        name = filled(output.metric_name, entry.values) if output.metric_name else endpoint
        client.put_metric_data(
            Namespace=output.namespace,
            MetricData=[
                {
                    "MetricName": str(name or "prober")[:255],
                    "Timestamp": datetime.fromtimestamp(entry.at, UTC),
                    "Value": number,
                }
            ],
        )

    def _small_enough(
        self, endpoint: str, items: Sequence[Item]
    ) -> Iterator[tuple[Item, dict[str, Any]]]:
        """Yield as many events as go into one request, at least one."""
        size = 0
        for item in items:
            event = self._event(endpoint, item.entry)
            size += len(event["Detail"].encode()) + 1000
            if size > MOST_BYTES and item is not items[0]:
                return
            yield item, event

    def _event(self, endpoint: str, entry: Entry) -> dict[str, Any]:
        output = self._output
        detail: Any = entry.values
        if output.details:
            detail = filled(msgspec.json.decode(output.details), entry.values)
        return {
            "Time": datetime.fromtimestamp(entry.at, UTC),
            "Source": output.source or SOURCE,
            "DetailType": output.detail_type or DETAIL_TYPE,
            "Detail": msgspec.json.encode(detail).decode(),
            "Resources": list(output.resources) or ([endpoint] if endpoint else []),
        }

    def _read(self, answer: dict[str, Any], items: Sequence[Item], untried: Sequence[Item]) -> Sent:
        """Return what became of events: AWS says so of each, and raises nothing."""
        rows = answer.get("Entries", [])
        if not answer.get("FailedEntryCount") and not any(row.get("ErrorCode") for row in rows):
            return Sent(items, (), untried)
        taken, refused, left, codes = list[Item](), list[Item](), list[Item](), list[str]()
        for place, item in enumerate(items):
            row = rows[place] if place < len(rows) else {}
            code = row.get("ErrorCode") or ("" if row.get("EventId") else "no answer")
            if not code:
                taken.append(item)
                continue
            codes.append(str(code)[:80])
            (refused if code in NEVER_TAKEN else left).append(item)
        error = CannotSayError(
            f"{self.named} refused {len(codes)} of {len(items)} events: {codes[0]}",
            is_final=bool(refused),
        )
        return Sent(taken, refused, [*left, *untried], error)

    async def _in_thread(self, ask: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - boto3's own
        try:
            client = self._client
            if client is None:
                client = self._client = await in_own_thread(self._opened, "aws")
            async with asyncio.timeout(SECONDS):
                return await in_own_thread(lambda: ask(client), "aws")
        except CannotSayError:
            raise
        except TimeoutError:
            sentence = f"{self.named} did not answer within {SECONDS:g} seconds"
            raise CannotSayError(sentence, is_unsure=True) from None
        except Exception as error:  # noqa: BLE001 - boto3 makes its own, and some at run time
            raise error_of(self.named, error, READ_SECONDS) from None

    def _opened(self) -> Any:  # noqa: ANN401
        try:
            boto3, config = import_module("boto3"), import_module("botocore.config")
        except ImportError:
            sentence = "aws-cloudwatch wants boto3; install blinkenlights[aws]"
            raise CannotSayError(sentence) from None
        output = self._output
        return boto3.session.Session().client(
            self._service,
            region_name=self._region,
            aws_access_key_id=output.key,
            aws_secret_access_key=output.secret,
            endpoint_url=output.url or None,
            verify=output.ca_file or None,
            config=config.Config(
                # None would mean those of the environment.
                proxies={"http": output.proxy, "https": output.proxy} if output.proxy else {},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"total_max_attempts": 1},
            ),
        )
