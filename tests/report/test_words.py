"""What pages say of dates, delays and counts."""

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.report import words

DAY = datetime(2021, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (DAY, DAY, "5 July 2021"),
        (DAY, DAY + timedelta(days=2), "5–7 July 2021"),
        (DAY, DAY + timedelta(days=30), "5 July – 4 August 2021"),
        (DAY, DAY + timedelta(days=200), "5 July 2021 – 21 January 2022"),
        (None, None, "no date"),
    ],
)
def test_a_span_says_each_part_once(
    first: datetime | None, last: datetime | None, said: str
) -> None:
    """Month and year are not repeated."""
    assert words.span(first, last) == said


def test_a_date_without_a_time_is_a_day() -> None:
    """Midnight to the second is what a date alone is read as."""
    assert words.moment(DAY) == "5 Jul 2021"
    assert words.moment(DAY + timedelta(minutes=5)) == "5 Jul 2021, 00:05"


def test_a_length_has_two_units() -> None:
    """Two days and five hours, not minutes."""
    assert words.length(timedelta(days=2, hours=5, minutes=3)) == "2\xa0d 5\xa0h"
    assert words.length(timedelta(seconds=20)) == "under a minute"
    assert words.behind(timedelta(minutes=-90)) == "1\xa0h 30\xa0min earlier"


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    """100 % and 0 % mean just that."""
    shares = [words.percent(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)]
    assert shares == ["0\xa0%", "1\xa0%", "50\xa0%", "99\xa0%", "100\xa0%"]


def test_a_long_line_says_that_it_is_cut() -> None:
    """An ellipsis stands for what is left out; white space and controls are no words."""
    assert words.clean("a\x00 \n b") == "a b"
    assert words.clean("x" * 400) == "x" * 299 + "…"
    assert words.clean(" " * 2000 + "end").endswith("…")
