"""Dates as sites write them: read rightly, or left alone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from babel.dates import format_date, format_time, format_timedelta
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.clean import Cleaned, clean, dated, settled, unify
from pipeline.clean.dates import names_day, parse_date, published_columns, read_date
from pipeline.clean.dates.calendars import from_persian
from pipeline.clean.dates.make_names import LOCALES
from pipeline.clean.dates.written import EITHER, read_written
from pipeline.settings import CleanSettings

NOW = datetime(2021, 7, 20, tzinfo=UTC)
LONG_DATES_NOT_READ = {"eu", "mn"}
DAYS = st.dates(date(1990, 1, 1), date(2021, 7, 1))
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))


def read(rows: Sequence[dict[str, Any]], now: datetime = NOW) -> Cleaned:
    filled = [
        {"id": f"{at:03}", "text": f"Text {at}.", "input": "in", "position": at, **row}
        for at, row in enumerate(rows)
    ]
    table = pa.Table.from_pylist(filled, schema=schema.RECORDS)
    parts = [clean(table.slice(at, 1), now) for at in range(len(table))]
    return settled(unify(parts, CleanSettings()))


def days(rows: Sequence[dict[str, Any]], now: datetime = NOW) -> list[str | None]:
    dates = read(rows, now).articles["published"].to_pylist()
    return [moment.isoformat()[:16] if moment else None for moment in dates]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2021-07-05", "2021-07-05T00:00"),
        ("2021-07-05T06:30:00Z", "2021-07-05T06:30"),
        ("2021-07-05 06:30:00.25", "2021-07-05T06:30"),
        ("2021-07-05T06:30:00+04:30", "2021-07-05T02:00"),
        ("20210705063000", "2021-07-05T06:30"),
        ("Mon, 05 Jul 2021 06:30:00 GMT", "2021-07-05T06:30"),
        ("Mon, 05 Jul 2021 06:30:00 EST", "2021-07-05T11:30"),
        ("Mon Jul 05 06:30:00 +0000 2021", "2021-07-05T06:30"),
        ("1625466600", "2021-07-05T06:30"),
        ("1625466600000", "2021-07-05T06:30"),
        ("1987-02-26T15:02:20", "1987-02-26T15:02"),
        ("July 5, 2021", "2021-07-05T00:00"),
        ("Jul 5th, 2021", "2021-07-05T00:00"),
        ("Monday 5 July 2021 - 22:46", "2021-07-05T22:46"),
        ("17:30, 5 July 2021", "2021-07-05T17:30"),
        ("July 5, 2021, 6:30 p.m. EDT", "2021-07-05T22:30"),
        ("July 5, 2021 5 PM ET", "2021-07-05T21:00"),
        ("Jan 5, 2021 6:30 PM EST", "2021-01-05T23:30"),
        ("5 July 2021 - 22:46 CEST", "2021-07-05T20:46"),
        ("5 July 2021, 06:30 GMT+4:30", "2021-07-05T02:00"),
        ("5 July 2021 06:30 +0300", "2021-07-05T03:30"),
        ("Published July 5, 2021 | Updated July 6, 2021", "2021-07-05T00:00"),
        ("By Ada Writer, July 5, 2021 at 6:30 a.m.", "2021-07-05T06:30"),
        ("5 de julio de 2021 a las 18:05", "2021-07-05T18:05"),
        ("5. Juli 2021, 17:30 Uhr", "2021-07-05T17:30"),
        ("17:30 Uhr am 5. Juli 2021", "2021-07-05T17:30"),
        ("Lundi 5 juillet 2021 à 17h30", "2021-07-05T17:30"),
        ("1er juillet 2021", "2021-07-01T00:00"),
        ("5 d'abril de 2021", "2021-04-05T00:00"),
        ("5 июля 2021 г. 17:30 мск", "2021-07-05T14:30"),
        ("٥ يوليو ٢٠٢١", "2021-07-05T00:00"),
        ("الإثنين 5 يوليو/تموز 2021 - 17:30", "2021-07-05T17:30"),
        ("5 كانون الثاني 2021", "2021-01-05T00:00"),
        ("5 يوليو 2021 - 25 ذو القعدة 1442", "2021-07-05T00:00"),
        ("۱۴ تیر ۱۴۰۰ - ۱۷:۳۰", "2021-07-05T17:30"),
        ("5 जुलाई 2021, 05:30 PM", "2021-07-05T17:30"),
        ("5 กรกฎาคม 2564 เวลา 17:30 น.", "2021-07-05T17:30"),
        ("๕ ก.ค. ๒๕๖๔", "2021-07-05T00:00"),
        ("2021年7月5日 下午5:30", "2021-07-05T17:30"),
        ("2021年7月5日(月) 17時30分", "2021-07-05T17:30"),
        ("2021년 7월 5일 오후 5:30", "2021-07-05T17:30"),
        ("2021. július 5. 17:30", "2021-07-05T17:30"),
        ("5 ביולי 2021", "2021-07-05T00:00"),
        ("5 Ιουλίου 2021, 5:30 μ.μ.", "2021-07-05T17:30"),
        ("5 tháng 7, 2021", "2021-07-05T00:00"),
        ("13/07/2021 17:30", "2021-07-13T17:30"),
        ("07/13/2021 5:30 PM", "2021-07-13T17:30"),
        ("Monday 05/07/2021", "2021-07-05T00:00"),
    ],
)
def test_dates_as_sites_write_them(written: str, moment: str) -> None:
    """Each becomes its moment in UTC; a time without a zone is taken for UTC."""
    assert days([{"published": written}]) == [moment]


@pytest.mark.parametrize(
    "written",
    [
        "1970-01-01",
        "0",
        "1799-12-31",
        "2021-07-23",
        "soon",
        "2021-02-30",
        "07/05/21",
        "5/7/21",
        "Tuesday 5 July 2021",
        "5 July 2021 - 9 July 2021",
        "Updated July 6, 2021",
        "25 ذو القعدة 1442 هـ",
        "1442/11/25",
        "05/07/2564",
        "2078-03-21",
        "民國110年7月5日",
        "1.2.3.2021",
        "03/04/2021",
        "3 hours ago",
        "Story Code : 942775",
        "The court met on 5 July 2021 " * 4,
    ],
)
def test_what_names_no_day_for_certain_is_null_and_counted(written: str) -> None:
    """Other calendars, contradictions, changes, days to come: no guess is made."""
    result = read([{"published": written}, {"published": "2021-07-05"}])
    assert [date is None for date in result.articles["published"].to_pylist()] == [True, False]
    assert result.counts["absurd dates"] + result.counts["ambiguous dates"] == 1


@given(st.datetimes(datetime(1800, 1, 2), datetime(2021, 7, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_any_iso_date_is_read(moment: datetime) -> None:
    """ISO 8601 with a zone is read to the microsecond."""
    assert parse_date(moment.isoformat()) == datetime.fromisoformat(moment.isoformat())


OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(
    lambda minutes: f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
)


@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.datetimes(datetime(1801, 1, 1), datetime(1969, 12, 30)),  # noqa: DTZ001
                st.datetimes(datetime(1970, 1, 3), datetime(2021, 7, 1)),  # noqa: DTZ001
            ),
            st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
            st.one_of(st.sampled_from(["", "Z", "+24:00", "+14:60"]), OFFSETS),
        ),
        min_size=1,
    )
)
def test_a_column_of_iso_times_is_read_as_each_alone(
    rows: list[tuple[datetime, str, str]],
) -> None:
    """With and without zones, also beside some that no zone has, to the microsecond.

    But for the Unix epoch, which stands for no date.
    """
    texts = [moment.isoformat(timespec=parts) + zone for moment, parts, zone in rows]
    filled = [{"published": text} for text in texts]
    records = pa.Table.from_pylist(filled, schema=schema.RECORDS)
    found = published_columns(records, NOW).columns["published"].to_pylist()
    alone = map(read_date, texts)
    assert found == [reading and reading.moment for reading in alone]


@given(DAYS, TIMES, st.sampled_from(LOCALES), st.sampled_from(["full", "long", "medium", "short"]))
def test_what_the_cldr_prints_is_read_as_itself_or_not_at_all(
    day: date, time: Any, locale: str, width: Any
) -> None:
    """In all languages of our names and all widths, with a time behind; never another moment."""
    printed = format_date(day, width, locale)
    found = read_written(printed)
    assert found or width in ("full", "short") or locale in LONG_DATES_NOT_READ
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert not found or midnight in (found.moment, found.otherwise)
    clocked = read_written(f"{printed} {format_time(time, 'short', locale=locale)}")
    moments = {midnight, datetime.combine(day, time, UTC)}
    assert not clocked or moments & {clocked.moment, clocked.otherwise}
    if clocked and clocked.moment.time() != time and not clocked.otherwise:
        assert clocked.moment == midnight


FORMS = (
    "%d %B %Y", "%B %d, %Y", "%A, %d %B %Y %H:%M", "%a %d %b %Y, %I:%M %p", "%b %d, %Y at %I:%M%p",
    "%Y-%m-%d", "%Y/%m/%d %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d-%m-%Y",
    "%Y%m%d%H%M%S", "%d-%b-%Y", "%Y年%m月%d日 %H:%M", "Published %H:%M, %d %B %Y", "%d %B %y",
)  # fmt: skip


@given(st.datetimes(datetime(1971, 1, 1), datetime(2021, 7, 1)), st.sampled_from(FORMS))  # noqa: DTZ001
def test_what_is_printed_in_a_known_form_is_read_as_itself(moment: datetime, form: str) -> None:
    """Or left alone; and a date that can mean two days keeps both."""
    moment = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    whole = moment if "%M" in form else moment.replace(hour=0, minute=0)
    found = read_date(moment.strftime(form))
    assert found or "%y" in form
    if found and found.otherwise:
        assert found.form == EITHER
        assert whole in (found.moment, found.otherwise)
    elif found:
        assert found.moment == whole


@pytest.mark.parametrize(
    ("evidence", "day"),
    [
        ({"url": "https://a.example/1"}, None),
        ({"url": "https://a.example/1", "language": "en"}, None),
        ({"url": "https://a.example/1", "language": "en-US"}, None),
        ({"url": "https://a.example/1", "language": "en-GB"}, "2021-04-03T00:00"),
        ({"url": "https://a.example/1", "language": "es"}, "2021-04-03T00:00"),
        ({"url": "https://a.example.co.uk/1", "language": "en"}, "2021-04-03T00:00"),
        ({"url": "https://a.example.us/1", "language": "en"}, "2021-03-04T00:00"),
        ({"url": "https://a.example.ca/1", "language": "fr"}, None),
        ({"url": "https://a.example.io/1", "language": "en"}, None),
    ],
)
def test_day_and_month_are_told_apart_by_evidence(
    evidence: dict[str, str], day: str | None
) -> None:
    """By the country of the site, and by the language; what most systems state tells nothing."""
    assert days([{"published": "03/04/2021", **evidence}]) == [day]


@pytest.mark.parametrize(
    ("other", "day"),
    [("02/25/2021", "2021-03-04T00:00"), ("25/02/2021", "2021-04-03T00:00")],
)
def test_a_sites_other_dates_tell_how_it_writes(other: str, day: str) -> None:
    """More than language or country do, and only of that site."""
    site = {"source": "courier.example", "language": "de"}
    rows = [
        {"published": "03/04/2021", **site},
        {"published": other, **site},
        {"published": "03/04/2021", "source": "gazette.example", "language": "en"},
    ]
    assert days(rows)[0] == day
    assert days(rows)[2] is None


def test_a_site_that_writes_in_both_ways_tells_nothing() -> None:
    """Then the date stays open, whatever its language."""
    site = {"source": "courier.example", "language": "de"}
    rows = [{"published": day, **site} for day in ("03/04/2021", "25/02/2021", "02/25/2021")]
    assert days(rows)[0] is None
    assert read(rows).counts["ambiguous dates"] == 1


def test_a_day_that_is_yet_to_come_is_not_meant() -> None:
    """Neither after the present nor after the page was fetched."""
    assert days([{"published": "03/12/2021"}]) == ["2021-03-12T00:00"]
    fetched = {"crawled": "2021-03-10T08:00:00Z"}
    assert days([{"published": "03/04/2021", **fetched}]) == ["2021-03-04T00:00"]
    assert days([{"published": "July 5, 2021", **fetched}]) == [None]


def test_the_name_of_two_months_is_told_by_the_language() -> None:
    """Listopad is November to Poles and Czechs, and October to Croats."""
    rows = [{"published": "5 listopada 2020", "language": code} for code in ("pl", "hr", "en")]
    assert days(rows) == ["2020-11-05T00:00", "2020-10-05T00:00", None]


@pytest.mark.parametrize(
    ("site", "moment", "unclear"),
    [
        ("https://a.example.in/", "2021-07-05T01:00", 0),
        ("https://a.example.ie/", "2021-07-05T05:30", 0),
        ("https://a.example.il/", "2021-07-05T03:30", 0),
        ("https://a.example/", "2021-07-05T00:00", 1),
    ],
)
def test_letters_of_several_zones_are_told_by_the_country(
    site: str, moment: str, unclear: int
) -> None:
    """Without one the day alone is used, and that is counted."""
    rows = [{"published": "5 July 2021 06:30 IST", "url": site}]
    assert days(rows) == [moment]
    assert read(rows).counts["unclear times"] == unclear


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("3 hours ago", "2021-07-05T14:30"),
        ("Published 3h ago", "2021-07-05T14:30"),
        ("an hour ago", "2021-07-05T16:30"),
        ("vor 2 Stunden", "2021-07-05T15:30"),
        ("Vor 20 Minuten", "2021-07-05T17:10"),
        ("hace 3 horas", "2021-07-05T14:30"),
        ("il y a 3 heures", "2021-07-05T14:30"),
        ("3 часа назад", "2021-07-05T14:30"),
        ("منذ ساعتين", "2021-07-05T15:30"),
        ("قبل 3 ساعات", "2021-07-05T14:30"),
        ("3小时前", "2021-07-05T14:30"),
        ("3 時間前", "2021-07-05T14:30"),
        ("3시간 전", "2021-07-05T14:30"),
        ("3 घंटे पहले", "2021-07-05T14:30"),
        ("3 ชั่วโมงที่ผ่านมา", "2021-07-05T14:30"),
        ("2 days ago", "2021-07-03T00:00"),
        ("Yesterday", "2021-07-04T00:00"),
        ("gestern, 09:15 Uhr", "2021-07-04T09:15"),
        ("Hoy, 09:15", "2021-07-05T09:15"),
        ("Today", None),
        ("2 weeks ago", None),
        ("in 3 hours", None),
        ("over 3 hours ago", None),
        ("3 hours 5 minutes ago", None),
    ],
)
def test_how_long_ago_counts_from_the_crawl(written: str, moment: str | None) -> None:
    """And from nothing else: where no crawl is known, there is no date."""
    crawled = {"crawled": "2021-07-05T17:30:00Z"}
    assert days([{"published": written, **crawled}, {"published": written}]) == [moment, None]


@given(st.integers(1, 23), st.sampled_from(LOCALES), st.sampled_from([60, 3600, 86400]))
def test_what_the_cldr_prints_as_so_long_ago_is_read_as_that(
    count: int, locale: str, unit: int
) -> None:
    """In all languages of our names."""
    span = timedelta(seconds=count * unit)
    crawled = datetime(2021, 7, 5, tzinfo=UTC)
    printed = format_timedelta(-span, "hour" if unit == 3600 else "minute" if unit == 60 else "day",
                               threshold=1000, add_direction=True, locale=locale)  # fmt: skip
    found = read_date(printed, crawled)
    assert found is None or found.moment == crawled - span


@given(st.text(max_size=60))
def test_any_line_is_read_or_not(line: str) -> None:
    """No line is an error."""
    names_day(line)
    read_date(line, NOW, "us")


@pytest.mark.parametrize(
    ("persian", "day"),
    [
        ((1300, 1, 1), "1921-03-21"),
        ((1357, 11, 22), "1979-02-11"),
        ((1399, 12, 30), "2021-03-20"),
        ((1403, 12, 30), "2025-03-20"),
        ((1472, 12, 29), "2094-03-19"),
    ],
)
def test_persian_days(persian: tuple[int, int, int], day: str) -> None:
    """Leap years fall where the equinox puts them."""
    assert from_persian(*persian).isoformat() == day


def test_a_day_that_no_persian_month_has() -> None:
    """Is none."""
    with pytest.raises(ValueError, match="no day"):
        from_persian(1400, 12, 30)


def test_dates_are_settled_the_same_without_all_else_that_is() -> None:
    """Languages are evidence, and are found out for that where no one else wants them."""
    spanish = (
        "El consejo se reunió el martes por la noche y decidió cerrar el puente hasta el otoño. "
        "Los vecinos, que llevan años pidiendo que se repare, dicen que nadie les ha preguntado."
    )
    english = (
        "The council met on Tuesday night and decided to close the bridge until the autumn. "
        "The neighbours, who have asked for years to have it mended, say that nobody asked them."
    )
    rows = [
        {"id": "a", "text": spanish, "published": "03/04/2021"},
        {"id": "b", "text": english, "published": "03/04/2021"},
    ]
    filled = [{"input": "in", "position": at, **row} for at, row in enumerate(rows)]
    block = clean(pa.Table.from_pylist(filled, schema=schema.RECORDS), NOW)
    found = unify([block], CleanSettings())
    dates = dated(found)["published"]
    assert dates.equals(settled(found).articles["published"])
    assert [date and date.isoformat()[:10] for date in dates.to_pylist()] == ["2021-04-03", None]
