"""What a detector finds strange, and what teaches it."""

import math
from zoneinfo import ZoneInfo

import pytest

from blinkenlights.expected.detector import Detector
from blinkenlights.expected.packing import pack, unpack
from expected.series import DAY, HOUR, MONDAY, STEP, daily, feed, is_told, learned, rows, usual


def test_nothing_alarms_while_it_learns_and_how_much_is_left_is_known() -> None:
    """Two days pass before a row is scored, however strange it is."""
    detector = learned(days=1)

    findings = feed(detector, [0.0] * 24)

    assert not is_told(findings)
    assert detector.learning_left() == pytest.approx(DAY - 24 * STEP + STEP)


def test_what_is_usual_is_no_alarm() -> None:
    """A week of healthy rows after two weeks tells nothing."""
    detector = Detector()

    findings = [(moment, detector.update(moment, value)) for moment, value in rows(21)]

    assert not [1 for moment, each in findings if moment > MONDAY + 14 * DAY and each.score >= 0.5]


def test_a_full_stop_is_told_at_once_and_not_all_the_time() -> None:
    """A day without anything is an alarm, and another when it is worse than that, not 288."""
    detector = learned()

    findings = feed(detector, [0.0] * 288)

    assert findings[0].score >= 0.5
    assert sum(finding.score >= 0.5 for finding in findings) <= 3


@pytest.mark.parametrize("times", [2, 5])
def test_one_stop_does_not_hide_the_next(times: int) -> None:
    """What was seen once below is no excuse for another time."""
    detector = learned()

    told = 0
    for _ in range(times):
        feed(detector, usual(detector, 100))
        told += is_told(feed(detector, [0.0] * 12))

    assert told == times


def test_a_surge_is_told() -> None:
    """Twice the usual is far above what was ever seen."""
    detector = learned()

    assert is_told(feed(detector, [2.5 * (value or 0) for value in usual(detector, 6)]))


@pytest.mark.parametrize("missing", [None, math.nan, math.inf, 1e308, -1e308])
def test_a_gap_teaches_nothing(missing: float | None) -> None:
    """A row without a value leaves everything as it was."""
    detector = learned()
    before = pack(detector)

    findings = feed(detector, [missing] * 50)

    assert pack(detector) == before
    assert not is_told(findings)


def test_time_without_rows_is_no_outage() -> None:
    """A week in which nobody looked is not a week of nothing."""
    detector = learned()
    level = detector.level.level

    findings = [
        detector.update(moment, value) for moment, value in rows(1, start=MONDAY + 22 * DAY)
    ]

    assert not is_told(findings)
    assert detector.level.level == pytest.approx(level, rel=0.03)


def test_late_rows_count_neither_once_more_nor_elsewhere() -> None:
    """What is not newer than the newest row changes no expectation."""
    detector = learned()
    newest = detector.pace.newest
    before = detector.expected(newest)

    findings = [detector.update(newest - n * STEP, 0.0) for n in (0, 3, 2, 7)]

    assert detector.expected(newest) == before
    assert not is_told(findings)


def test_a_row_from_two_collectors_counts_once() -> None:
    """The second of two equal rows leaves the state as it was, to the byte."""
    detector = learned()
    feed(detector, [200.0])
    before = pack(detector)

    detector.update(detector.pace.newest, 200.0)

    assert pack(detector) == before


def test_a_clock_that_was_put_back_is_followed() -> None:
    """Once twelve rows in a row are older, they are the present."""
    detector = learned()
    back = detector.pace.newest - 3 * HOUR

    for number in range(20):
        moment = back + number * STEP
        detector.update(moment, round(daily(moment)))

    assert detector.pace.newest == back + 19 * STEP


def test_an_hour_that_was_excluded_is_a_gap() -> None:
    """A maintenance given as None neither alarms nor is learned."""
    with_it, without = learned(), learned()
    feed(with_it, [None] * 12)

    assert pack(with_it) == pack(without)


def test_a_new_level_is_adopted_and_since_when_is_known() -> None:
    """Half of the rate, for good, is the new expectation within days."""
    detector = learned()
    since = detector.pace.newest + STEP

    for moment, value in rows(5, lambda at: daily(at, 150.0), start=since):
        detector.update(moment, value)

    noon = MONDAY + 20.5 * DAY
    assert detector.expected_mean(noon) == pytest.approx(150, rel=0.2)
    assert detector.shift.since == pytest.approx(since, abs=HOUR)


def test_an_outage_is_no_new_level() -> None:
    """After three hours of nothing the expectation is what it was."""
    detector = learned()
    noon = MONDAY + 20.5 * DAY
    before = detector.expected_mean(noon)

    feed(detector, [0.0] * 36)
    feed(detector, usual(detector, 36))

    assert detector.expected_mean(noon) == pytest.approx(before, rel=0.1)
    assert not detector.shift.since


def test_days_are_lived_in_the_zone() -> None:
    """Eight in the morning in Berlin stays eight when summer time begins."""
    zone = ZoneInfo("Europe/Berlin")
    opened = 200.0

    def office(moment: float) -> float:
        summer = moment >= 1_774_746_000  # 2026-03-29T01:00Z
        hour = (moment + (7200 if summer else 3600)) % DAY // HOUR
        return opened if 8 <= hour < 18 else 20.0

    detector, elsewhere = Detector(zone), Detector()
    start = 1_774_746_000 - 28 * DAY
    for moment, value in rows(28, office, start=start):
        detector.update(moment, value)
        elsewhere.update(moment, value)

    summer_monday = 1_774_742_400 + DAY + 6.5 * HOUR  # 08:30 in Berlin
    assert detector.expected_mean(summer_monday) == pytest.approx(200, rel=0.1)
    assert elsewhere.expected_mean(summer_monday) < 100


@pytest.mark.parametrize(
    ("low", "high", "strange"),
    [
        pytest.param(-1200.0, -800.0, -3000.0, id="negative"),
        pytest.param(-0.5, 0.5, 4.0, id="around nothing"),
        pytest.param(0.001, 0.002, 0.02, id="tiny"),
        pytest.param(1e12, 1.2e12, 4e12, id="huge"),
    ],
)
def test_a_series_of_any_size_and_sign(low: float, high: float, strange: float) -> None:
    """The band holds what is usual, and what is far outside is told."""
    detector = Detector()
    for moment, value in rows(7):
        finding = detector.update(moment, low + (high - low) * value / 400)
    assert finding.band is not None

    [odd] = feed(detector, [strange])

    assert low - (high - low) < finding.band.low < finding.band.high < high + (high - low)
    assert odd.score >= 0.5


@pytest.mark.parametrize("step", [60.0, 300.0, 1800.0, 3600.0])
def test_a_jump_is_told_at_any_step(step: float) -> None:
    """Rows of a minute and of an hour are judged alike."""
    detector = Detector()
    for moment, value in rows(14, step=step):
        detector.update(moment, value)

    assert is_told(feed(detector, [1500.0], step))


def test_irregular_rows_are_taken_as_they_come() -> None:
    """Rows of no fixed step teach the same shape."""
    detector = Detector()
    for number, (moment, value) in enumerate(rows(14)):
        if number % 7 not in (2, 3, 5):
            detector.update(moment + number * 37 % 100, value)

    assert detector.expected_mean(MONDAY + 14.5 * DAY) == pytest.approx(300, rel=0.15)


def test_a_flat_series_has_no_alarms() -> None:
    """What never changes is not strange, and the first change is."""
    detector = learned(7, lambda _: 0.0)

    assert not is_told(feed(detector, [0.0] * 100))
    assert is_told(feed(detector, [50.0]))


def test_a_slot_of_the_week_is_learned() -> None:
    """A weekend at half the rate is expected after some weeks."""

    def week(moment: float) -> float:
        return daily(moment) * (0.5 if (moment - MONDAY) % (7 * DAY) >= 5 * DAY else 1.0)

    detector = learned(28, week)

    assert detector.expected_mean(MONDAY + 33.5 * DAY) == pytest.approx(150, rel=0.15)
    assert detector.expected_mean(MONDAY + 30.5 * DAY) == pytest.approx(300, rel=0.15)


def test_a_number_beyond_all_that_is_counted_breaks_nothing() -> None:
    """As the first of a series, and with one later that is as large as can be."""
    detector = Detector()
    for value in [1e308, 1e60, -1e60, 0.0, 1e60, 3.0] * 40:
        feed(detector, [value])

    assert detector.expected(detector.pace.newest) is not None
    assert unpack(pack(detector)) is not None
