"""Posts entries to a URL, one request each."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from blinkenlights.masking import MASK
from blinkenlights.outbox.cannot_say import CannotSayError
from blinkenlights.outbox.posting import Poster
from blinkenlights.posting.bodies import body_of
from blinkenlights.posting.sender import Item, Sent
from blinkenlights.probe.output import HttpOutput

UNFIT = (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError)
"""Of what cannot be JSON."""
SAID_AGAIN = "Blinkenlights-May-Be-Repeated"


class HttpSender:
    """Posts to one URL."""

    at_once = 1

    def __init__(self, output: HttpOutput, poster: Poster) -> None:
        self._output = output
        self._poster = poster

    async def send(self, endpoint: str, items: Sequence[Item]) -> Sent:
        """Post one."""
        (item,) = items
        try:
            body = msgspec.json.encode(body_of(self._output, endpoint, item.entry))
        except UNFIT as error:
            sentence = f"what is to be posted is no JSON: {type(error).__name__}"
            raise CannotSayError(sentence, is_final=True) from None
        try:
            answer = await self._poster.post(self._url(), body, self._headers(item))
        except CannotSayError as error:
            raise self._without_secrets(error) from None
        if answer.is_taken:
            return Sent(items)
        why = self._without_secrets(self._poster.refusal(self._output.url, answer))
        return Sent((), refused=items, error=why) if why.is_final else Sent((), (), items, why)

    async def close(self) -> None:
        """Do nothing: no connection is kept, and the poster is for others as well."""

    def _without_secrets(self, error: CannotSayError) -> CannotSayError:
        """Return an error that names the host as all may see it."""
        host, shown = urlsplit(self._output.url).hostname or "", self._output.place
        if MASK not in shown:
            return error
        return error.with_sentence(str(error).replace(host, shown.partition("://")[2] or MASK))

    def _url(self) -> str:
        output = self._output
        if output.auth != "parameter":
            return output.url
        address, sign, fragment = output.url.partition("#")
        joint = "&" if "?" in address else "?"
        parameter = urlencode({output.auth_name: output.secret}, quote_via=quote, safe="")
        return f"{address}{joint}{parameter}{sign}{fragment}"

    def _headers(self, item: Item) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": item.key}
        if item.may_be_repeated:
            headers[SAID_AGAIN] = "true"
        if self._output.auth in ("header", "bearer", "basic"):
            headers[self._output.auth_name] = self._output.secret
        return headers
