"""Recurring forms, such as market reports and briefings, do not glue days together."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.settings import StorySettings
from pipeline.stories import group
from pipeline.text import tokenize

DAYS = 12
OUTLETS = 4
START = datetime(2024, 3, 4, 17, tzinfo=UTC)
SYLLABLES = ["ba", "dor", "ki", "lun", "mar", "nes", "ol", "pir", "sto", "tav", "ul", "vex"]


def name(draw: random.Random) -> str:
    return "".join(draw.choices(SYLLABLES, k=3)).capitalize()


def happening(draw: random.Random) -> str:
    """Tell an event that nothing else mentions, in a hundred words."""
    people = [name(draw) for _ in range(5)]
    acts = ["met", "praised", "sued", "left", "joined", "warned", "sold", "opened"]
    parts = [
        f"{draw.choice(people)} {draw.choice(acts)} {draw.choice(people)} in {name(draw)}"
        for _ in range(14)
    ]
    return ". ".join(parts)


def market_report(draw: random.Random, day: int, outlet: int) -> tuple[str, str]:
    """Report the day's shares: the same frame, with other firms and figures."""
    day_draw = random.Random(1000 + day)
    firms = [name(day_draw) for _ in range(4)]
    news = happening(day_draw)
    up = day_draw.choice(["rose", "fell"])
    title = (
        f"Market report: shares {'close higher' if up == 'rose' else 'slip'} as {firms[0]} leads"
    )
    frame = (
        f"The main index {up} {day_draw.randrange(10, 99)} points to close at "
        f"{day_draw.randrange(1000, 9999)} as investors weighed interest rates. "
        f"{firms[0]} led the market while {firms[1]} and {firms[2]} lagged. "
        "Oil was little changed and the currency was steady against its peers. "
        f"Traders said volumes were thin. {news}. "
        f"Analysts at house{outlet} expect {firms[3]} to report this week."
    )
    return title, frame


def briefing(draw: random.Random, day: int, outlet: int) -> tuple[str, str]:
    """List what happened: the same frame, with three items of the day."""
    day_draw = random.Random(2000 + day)
    items = [happening(day_draw) for _ in range(2)]
    title = f"Morning briefing: {name(day_draw)} and what else to know today"
    text = (
        "Good morning. Here is what you need to know to start your day. "
        f"First, {items[0]}. Also making headlines: {items[1]}. "
        "Sign up to get this briefing in your inbox every weekday. "
        f"Compiled by desk{outlet}."
    )
    return title, text


def live_blog(draw: random.Random, day: int, outlet: int) -> tuple[str, str]:
    """Follow one happening for a day, in entries with the time of the day."""
    day_draw = random.Random(3000 + day)
    entries = happening(day_draw).split(". ")
    text = " ".join(f"{9 + at % 9}:{at:02} Update: {entry}." for at, entry in enumerate(entries))
    return f"Live updates: {name(day_draw)} day as it happened", f"Follow along live. {text}"


def stream(form: Any, sources: int) -> pa.Table:
    draw = random.Random(7)
    rows = []
    for day in range(DAYS):
        for outlet in range(sources):
            title, text = form(draw, day, outlet)
            rows.append((f"form-{day:02}-{outlet}", f"o{outlet}.example", day, title, text))
        for other in range(25):
            told = happening(draw)
            rows.append((f"other-{day:02}-{other:02}", "w.example", day, told[:40], told))
    return pa.Table.from_pylist(
        [
            {
                "article_id": key,
                "source": source,
                "title": title,
                "text": text,
                "published": START + timedelta(days=day),
                "language": "en",
                "input": "test",
                "position": 0,
            }
            for key, source, day, title, text in sorted(rows)
        ],
        schema.CLEANED,
    )


@pytest.mark.parametrize("form", [market_report, briefing, live_blog])
@pytest.mark.parametrize("sources", [1, OUTLETS])
def test_a_form_does_not_glue_its_days_together(form: Any, sources: int) -> None:
    """Instalments of different days are different stories; of one day and event, one."""
    articles = stream(form, sources)
    found = group(articles, tokenize(articles), schema.FOLDS.empty_table(), StorySettings(), 1)
    ids = articles["article_id"].to_pylist()
    days: dict[int, set[str]] = {}
    for row in found.memberships.to_pylist():
        if ids[row["article"]].startswith("form"):
            days.setdefault(row["story"], set()).add(ids[row["article"]].split("-")[1])
    assert max(map(len, days.values())) == 1
    assert len(days) == DAYS
