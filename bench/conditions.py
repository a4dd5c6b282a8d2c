"""What conditions cost: ordinary ones, and the worst that lint lets pass over a hostile 64 KB."""

import time
from collections.abc import Iterator

import cel

from blinkenlights.conditions.cel import compile_cel
from blinkenlights.probe.context import context_of
from blinkenlights.probe.observation import Observation, Phases
from blinkenlights.probe.vocabulary import ANSWER
from progress import say
from rounds import take_turns
from table import Limit, Line
from workplace import Workplace

TESTS = ("json.status == 'ok'", "json.queue.depth < 100 && time.total < 0.5")
ANSWER_BODY = b'{"status": "ok", "queue": {"depth": 12}, "x": 123456}'
EVALUATIONS = 20_000
ROUNDS = 7
SIZE = 65_536

_LOOP = "i == 1 || i == 2 || i == 3 || i == 4 || i == 5 || true"
EXPRESSIONS = (
    "&&".join(["json == json"] * 6),
    "&&".join(["1 in json"] * 12),
    f"json.all(i, {_LOOP})",
    f"json.a.all(i, {_LOOP})",
    "json.all(i, has(i.a.b) || i == 1 || true)",
    "json.all(i, true) && json.all(i, true) && json.all(i, true) && json.all(i, true)",
    "json.all(i, string(i) + string(i) != 'x')",
    "json.all(i, !(i in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]))",
    "json.exists_one(i, i == i + i + i) || true",
    "json.map(i, [i, i, i]) == json",
    "json.filter(i, true) == json",
    "json + json + json + json == json",
    " + ".join(["body"] * 4) + " == 'x'",
    "[json, json, json, json] == [json, json, json, json]",
    r"body.matches('(.*\\w){3}b')",
    r"body.matches('\\w{20}')",
    "body.matches('.*a.*a.*a.*a.*b')",
    "body.contains('" + "a" * 2000 + "b')",
    "json.a == 1 " + "* 9999999999 " * 90,
)
"""Each one is taken by lint."""


def _filled(piece: bytes, before: bytes = b"[", after: bytes = b"]") -> bytes:
    times = (SIZE - len(before) - len(after)) // (len(piece) + 1)
    return before + b",".join([piece] * times) + after


BODIES = {
    "zeros": _filled(b"0"),
    "3,950 numbers": b"[" + b",".join(b"%d" % i for i in range(3_950)) + b"]",
    "3,950 texts": b"[" + b",".join([b'"ab"'] * 3_950) + b"]",
    "3,950 maps": b"[" + b",".join([b"{}"] * 3_950) + b"]",
    "200 texts": b"[" + b",".join([b'"' + b"a" * 300 + b'"'] * 200) + b"]",
    "99 maps": b"[" + b",".join([b'{"a":[1]}'] * 99) + b"]",
    "long lists": _filled(b"[" + b",".join([b"0"] * 3_800) + b"]"),
    "keys": b"{" + b",".join(b'"%d":0' % i for i in range(3_950)) + b"}",
    "deep": b"[" * 120 + b",".join([b"0"] * 3_800) + b"]" * 120,
    "many deep": b"[" + b",".join([b"[" * 100 + b"]" * 100] * 39) + b"]",
    "one text": b'"' + b"a" * (SIZE - 2) + b'"',
    "large numbers": _filled(b"1" * 300),
}


def measure(workplace: Workplace) -> Iterator[Line]:  # noqa: ARG001 - it needs no server
    """Yield the line of ordinary tests, and that of the worst."""
    seen = _observation(ANSWER_BODY)
    conditions = [compile_cel(text, ANSWER) for text in TESTS]
    context = context_of(seen)

    def ours() -> float:
        began = time.perf_counter()
        for _ in range(EVALUATIONS):
            for condition in conditions:
                condition.judge(context)
        return (time.perf_counter() - began) / EVALUATIONS

    programs = [cel.compile(text.replace("100", "100.0")) for text in TESTS]
    names = {"json": {"status": "ok", "queue": {"depth": 12.0}}, "time": {"total": 0.1}}
    bare = cel.Context(variables=names)

    def library() -> float:
        began = time.perf_counter()
        for _ in range(EVALUATIONS):
            for program in programs:
                program.execute(bare)
        return (time.perf_counter() - began) / EVALUATIONS

    say(f"conditions: {EVALUATIONS:,} evaluations, {ROUNDS} rounds")
    figures = take_turns("conditions", ROUNDS, ours=ours, library=library)
    yield Line(
        "two ordinary tests of one answer",
        f"{1e6 * figures.median('ours'):.1f} us",
        f"{1e6 * figures.median('library'):.1f} us the library alone",
        figures.ratio("ours", "library"),
        wanted=Limit(most=3.3),
    )
    say(f"conditions: {len(BODIES) * len(EXPRESSIONS)} hostile pairs")
    longest, pair = max(_hostile_pairs())
    yield Line(
        f"worst hostile pair: {pair}",
        f"{1000 * longest:.1f} ms",
        "",
        1000 * longest,
        wanted=Limit(most=50),
    )


def _hostile_pairs() -> Iterator[tuple[float, str]]:
    for name, body in BODIES.items():
        for text in EXPRESSIONS:
            yield min(_seconds(text, body) for _ in range(2)), f"{text[:40]} over {name}"


def _seconds(text: str, body: bytes) -> float:
    """Return for how long one answer is judged, from its bytes on."""
    condition = compile_cel(text, ANSWER)
    # Of this thread alone: what else runs on the machine holds up nothing here.
    began = time.thread_time()
    condition.judge(context_of(_observation(body)))
    return time.thread_time() - began


def _observation(body: bytes) -> Observation:
    return Observation(Phases(0.1), status=200, body=body)
