"""What is sent is compressed for who can take it, and readable at once."""

import gzip
import zlib

from servers.simulation import Simulation
from web.serving import Serving


def test_a_page_is_compressed_for_who_takes_it(simulation: Simulation, web: Serving) -> None:
    """With gzip it is a fraction of the size, and the same page."""
    simulation.store(*(simulation.heartbeat(f"worker {n}", age=600) for n in range(200)))

    plain, zipped = web.get("/"), web.get("/", Accept_Encoding="br, gzip;q=0.8")

    assert plain.headers["Content-Encoding"] is None
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert len(zipped.body) < len(plain.body) / 8
    assert gzip.decompress(zipped.body).count(b"<tr") == plain.body.count(b"<tr") == 205


def test_an_event_can_be_read_as_soon_as_it_was_sent(simulation: Simulation, web: Serving) -> None:
    """The first fragment is whole while the compressed stream goes on."""
    simulation.beat("billing", age=600)
    connection = web.connect()
    connection.request("GET", "/stream", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    reading = zlib.decompressobj(wbits=31)

    text = b""
    while not text.endswith(b"</main>\n\n"):
        text += reading.decompress(answer.read1())

    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"billing" in text
    connection.close()
