"""Reports of transfers as brokers give them, and how they are read."""

import json
from datetime import UTC, datetime

from blinkenlights.kinds.transfer.decode import parse
from blinkenlights.kinds.transfer.fact import Transfer

POSTED = datetime(2026, 11, 21, 0, 7, 10, 250000, tzinfo=UTC).timestamp()
"""20261121T000710.25, when the product of these reports was posted."""


HEADERS: dict[str, object] = {
    "parts": "1,6451,1,0,0",
    "sum": "d,f17299b2afd78ae8d894fe85d3236488",
    "source": "weather",
    "from_cluster": "MAIN",
    "to_clusters": "MAIN,BACKUP",
    "flow": "exp13",
    "message": "Downloaded",
}


BY_SR3: dict[str, object] = {
    "code": 201,
    "timeCompleted": "20261121T000712.5",
    "message": "Download successful",
    "rate": 62.0,
}


def read(body: object, key: str = "", headers: dict[str, object] | None = None) -> Transfer:
    sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    found = parse(sent, key, headers=headers)
    assert isinstance(found, Transfer), found
    return found


def v02(path: str = "bulletins/CWAO/14/UANT01", rest: str = "201 node1 alice 0.5") -> str:
    return f"20261121000710.25 http://pump.example.com/ {path} {rest}\n"
