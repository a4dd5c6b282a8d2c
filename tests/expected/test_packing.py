"""A state that is kept goes on as if it had never been put away."""

from inspect import signature
from zoneinfo import ZoneInfo

import pytest

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.episode import Episode
from blinkenlights.expected.floor import Floor
from blinkenlights.expected.hour_means import HourMeans
from blinkenlights.expected.kept import begun, pack_kept, taught, unpack_kept
from blinkenlights.expected.known_range import KnownRange
from blinkenlights.expected.level import Level
from blinkenlights.expected.noise import Noise, Spell
from blinkenlights.expected.pace import Pace
from blinkenlights.expected.packing import pack, unpack
from blinkenlights.expected.shift import Shift
from blinkenlights.expected.stop import Stop
from expected.series import learned, rows

MOST_BYTES = 2048


def test_it_is_small_and_has_one_size() -> None:
    """A detector that has seen weeks takes 2 KB at most."""
    assert len(pack(learned(15))) <= MOST_BYTES


def test_going_on_is_the_same_to_the_bit() -> None:
    """A detector that is packed after each row finds what one finds that never was."""
    kept = Detector()
    lasting = Detector()
    for moment, value in rows(3):
        unpacked = unpack(pack(kept))
        assert unpacked is not None
        kept = unpacked
        assert kept.update(moment, value) == lasting.update(moment, value)

    assert pack(kept) == pack(lasting)


@pytest.mark.parametrize("days", [0, 0.01, 3])
def test_packing_what_was_unpacked_gives_the_same_bytes(days: float) -> None:
    """A new detector, a young one and an old one."""
    state = pack(learned(days))

    again = unpack(state, ZoneInfo("Europe/Berlin"))

    assert again is not None
    assert pack(again) == state


def test_a_state_of_the_form_before_is_read() -> None:
    """What was learned goes on; only how far hours are off begins anew."""
    known = learned(15)
    state = pack(known)
    later = 2 * 8 * len(known.recent.values)
    added = 8 * len(HourMeans.__slots__)
    before = b"\1" + state[1 : -later - added] + state[-later:]

    again = unpack(before)

    assert again is not None
    again.hours = known.hours
    assert pack(again) == state


@pytest.mark.parametrize(
    "part", [Pace, Level, Floor, KnownRange, Spell, Noise, Stop, Shift, Episode, HourMeans]
)
def test_parts_are_made_of_their_numbers_in_the_order_they_are_kept(part: type) -> None:
    """A constructor in another order would swap what was learned."""
    assert tuple(signature(part).parameters) == vars(part)["__slots__"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _state: b"", id="empty"),
        pytest.param(lambda state: state[:-1], id="cut"),
        pytest.param(lambda state: state + b"x", id="too long"),
        pytest.param(lambda state: b"\xff" + state[1:], id="another form"),
        pytest.param(lambda state: state[:1] + b"\xff" + state[2:], id="too many rows"),
    ],
)
def test_what_is_broken_or_of_another_form_is_learned_anew(spoil) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """It is None instead of a wrong expectation."""
    assert unpack(spoil(pack(learned(1)))) is None


def test_a_bit_that_was_flipped_is_noticed_wherever_it_is() -> None:
    """A wrong expectation would page people, or nobody."""
    packed = pack_kept(taught(begun(), 1_767_571_200.0, 5.0))
    assert unpack_kept(packed) is not None

    for place in range(len(packed)):
        flipped = bytearray(packed)
        flipped[place] ^= 64
        assert unpack_kept(bytes(flipped)) is None, place


def test_it_is_small_with_all_that_is_kept() -> None:
    """2 KB at most, whatever was seen."""
    kept = begun()
    for moment, value in rows(3):
        kept = taught(kept, moment, value)

    assert len(pack_kept(kept)) <= MOST_BYTES
