"""Times are read in every form in which Sarracenia writes them, the malformed one included."""

import pytest

from blinkenlights.kinds.fields import Invalid
from blinkenlights.kinds.transfer.sarracenia_times import sarracenia_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("20160120145349.19", 1453301629.19, id="v02"),
        pytest.param("20150813T161959.854", 1439482799.854, id="with-a-t"),
        pytest.param("20190120T045018.314854383", 1547959818.314854383, id="nanoseconds"),
        pytest.param("20230501050524.45545011", 1682917524.45545011, id="sr3c"),
        pytest.param("20261121T000710.000123456789", 1795219630.000123, id="twelve-digits"),
        pytest.param("20261121T000710", 1795219630.0, id="no-fraction"),
        pytest.param("20261121000710", 1795219630.0, id="neither-t-nor-fraction"),
        pytest.param("20161231T235960.5", 1483228800.5, id="leap-second"),
        pytest.param("20150813t161959.854", 1439482799.854, id="small-t"),
        pytest.param("20150813T161959.854Z", 1439482799.854, id="zone"),
        pytest.param("20150813t161959z", 1439482799.0, id="small-t-and-z"),
        pytest.param("19700101T000000", 0.0, id="epoch"),
        pytest.param("20160229T000000", 1456704000.0, id="leap-day"),
    ],
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    """The T may be missing, and the fraction has any number of digits; all are UTC."""
    assert sarracenia_time(text) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("fraction", [".22408295e-05", ".5e-06", "e-05"])
def test_a_malformed_fraction_is_next_to_nothing(fraction: str) -> None:
    """Below 0.0001 s Sarracenia writes an exponent and loses a digit; the second is right."""
    assert sarracenia_time("20261121T000627" + fraction) == 1795219587.0


@pytest.mark.parametrize("millionth", range(1, 100, 7))
def test_what_the_senders_format_is_read(millionth: int) -> None:
    """Whatever the fraction, formatted as senders do, the time is right to a ten-thousandth."""
    fraction = millionth / 1_000_000
    text = "20261121T000627" + f"{fraction:.9g}"[1:]

    assert sarracenia_time(text) == pytest.approx(1795219587 + fraction, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("201506011357.345", id="no-seconds"),
        pytest.param("201506011357", id="twelve-digits"),
        pytest.param("2015060113570", id="thirteen-digits"),
        pytest.param("201506011357011", id="fifteen-digits"),
        pytest.param("20150631T000000", id="31-june"),
        pytest.param("20150601T240000", id="hour-24"),
        pytest.param("20150601T006000", id="minute-60"),
        pytest.param("20150601T000062", id="second-62"),
        pytest.param("20150601T000000.", id="point-alone"),
        pytest.param("20150601T000000.1.2", id="two-points"),
        pytest.param("20150601T000000.5e+05", id="large-exponent"),
        pytest.param("20150601T000000e-" + "5" * 1000, id="long-exponent"),
        pytest.param("20150601T000000.-5", id="minus"),
        pytest.param("20150601T000000.1_0", id="underscore"),
        pytest.param("20150601T000000ZZ", id="two-zones"),
        pytest.param("20150601T000000+0000", id="offset"),
        pytest.param(" 20150601T000000", id="blank"),
        pytest.param("\u0662\u0660\u0661\u06650601T000000", id="other-digits"),
        pytest.param("19691231T235959", id="before-1970"),
        pytest.param("00000101T000000", id="year-0"),
        pytest.param("", id="empty"),
        pytest.param("nan", id="nan"),
        pytest.param(20150601000000, id="number"),
        pytest.param(b"20150601T000000", id="bytes"),
    ],
)
def test_what_is_no_time(text: object) -> None:
    """Neither a text of another form, nor what the calendar or the clock does not have."""
    with pytest.raises(Invalid) as refused:
        sarracenia_time(text)

    assert refused.value.rejected.reason == "bad timestamp"
    assert refused.value.rejected.detail


def test_no_time_at_all() -> None:
    """A missing time is not a bad one."""
    with pytest.raises(Invalid) as refused:
        sarracenia_time(None)

    assert refused.value.rejected.reason == "no timestamp"
