"""Reading streams: what comes first, and what comes next."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

from web.serving import Answered, Serving


class Events:
    """The events of one stream."""

    def __init__(self, response: HTTPResponse) -> None:
        self.response = response

    def next(self) -> dict[str, str]:
        """Return the fields of the next event; comments are left out."""
        fields: dict[str, str] = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if not line and fields:
                return fields
            name, _, value = line.partition(": ")
            if name:
                fields[name] = fields.get(name, "") + value + ("\n" if name == "data" else "")

    def fragment(self) -> str:
        """Return the next fragment."""
        while True:
            event = self.next()
            if event.get("event") == "fragment":
                return event["data"]


@contextmanager
def streaming(web: Serving, path: str, token: str = "") -> Iterator[Events]:
    """Open a stream."""
    connection = web.connect()
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection.request("GET", path, headers=headers)
        yield Events(connection.getresponse())
    finally:
        connection.close()


def first_event(web: Serving, path: str, token: str = "") -> Answered:
    """Return how a stream begins, or why it does not."""
    with streaming(web, path, token) as events:
        response = events.response
        body = events.fragment().encode() if response.status == 200 else response.read()
        return Answered(response.status, response.headers, body)
