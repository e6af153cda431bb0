"""Records to articles: pages, dates, ids, languages, what sites repeat."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import schema
from pipeline.clean import Block, clean, credited, dated, settled, unify
from pipeline.clean.identity import canonical_url
from pipeline.settings import CleanSettings

NOW = datetime(2021, 7, 20, tzinfo=UTC)


def cleaned(rows: Sequence[dict[str, Any]]) -> Block:
    filled = [{"input": "in", "position": at, **row} for at, row in enumerate(rows, start=1)]
    return clean(pa.Table.from_pylist(filled, schema=schema.RECORDS), NOW)


def articles(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return settled(unify([cleaned(rows)], CleanSettings())).articles.to_pylist()


def test_a_page_without_a_body_is_a_reject() -> None:
    """Navigation alone is no article."""
    rows = [{"page_text": "Home\nSport\nWeather\n"}, {"text": "A text."}]
    result = unify([cleaned(rows)], CleanSettings())
    assert len(result.articles) == 1
    [reject] = result.rejects.to_pylist()
    assert (reject["position"], reject["reason"]) == (1, "no body found in this page")


def test_the_seed_page(corpora: Path) -> None:
    """The type specimen gives what is expected of it."""
    seed = corpora.parent / "seed"
    expected = json.loads((seed / "expected.json").read_text("utf-8"))
    [page] = seed.glob("*.txt")
    [article] = articles([{"page_text": page.read_text("utf-8")}])
    assert article["title"] == expected["title"]
    assert article["published"].date().isoformat() == expected["published_day"]
    assert article["text"].startswith(expected["text_starts_with"])
    assert article["text"].endswith(expected["text_ends_with"])
    assert all(part in article["text"] for part in expected["text_contains"])
    assert not any(part in article["text"] for part in expected["text_lacks"])
    assert expected["title"] not in article["text"]


def test_ids_come_from_the_record_the_url_or_the_text() -> None:
    """The same page under two addresses has one id."""
    first, second, third = (
        cleaned([row]).articles["article_id"][0].as_py()
        for row in (
            {"id": "own", "text": "x"},
            {"url": "http://www.a.example/1/?utm_source=feed#top", "text": "x"},
            {"url": "https://a.example/1", "text": "y"},
        )
    )
    assert first == "own"
    assert second == third != first


@given(st.text())
def test_a_canonical_url_is_its_own(url: str) -> None:
    """Canonical form is reached in one step."""
    for address in (url, f"http://www.example.org/{url}"):
        once = canonical_url(address)
        assert canonical_url(once) == once


def test_a_later_record_of_one_id_wins() -> None:
    """It is a revision, and counted."""
    rows = [{"id": "a", "text": "Old."}, {"id": "b", "text": "Else."}, {"id": "a", "text": "New."}]
    result = settled(unify([cleaned(rows)], CleanSettings()))
    assert [(r["article_id"], r["text"]) for r in result.articles.to_pylist()] == [
        ("a", "New."),
        ("b", "Else."),
    ]
    assert result.counts["revised"] == 1


LICENCE = "All reports of the Courier may be used under the terms of its open licence."


def site(name: str, count: int) -> list[dict[str, Any]]:
    endings = ["said the mayor.", 'she said: "No."', "and so they left"]
    return [
        {
            "id": f"{name}{n}",
            "source": name,
            "text": f"Report number {n} from the town hall {endings[n % 3]} {LICENCE}",
        }
        for n in range(count)
    ]


def test_what_a_site_repeats_at_its_ends_is_cut() -> None:
    """A licence line behind every article goes, whatever stands before it on the line."""
    for article in articles(site("courier", 9)):
        assert LICENCE not in article["text"]
        assert article["text"].startswith("Report number")
        assert article["text"].endswith(("mayor.", '"No."', "left"))


@given(st.lists(st.integers(1, 120), min_size=8, max_size=12), st.booleans())
def test_a_text_of_any_length_is_cut_to_its_own_words(sizes: list[int], twice: bool) -> None:
    """Whether repeated lines stand far apart or nearly meet, what is left is the article."""
    opening, closing = "COURIER – Ünser täglicher Bericht.\n", "\nWritten for the Courier 城市."
    if twice:
        opening, closing = f"Breaking!\n{opening}", f"{closing}\nBär & Söhne print."
    own = [" ".join(f"word{n}x{k}" for k in range(size)) for n, size in enumerate(sizes)]
    rows = [
        {"id": f"{n:02}", "source": "courier", "text": f"{opening}{text}{closing}"}
        for n, text in enumerate(own)
    ]
    assert [article["text"] for article in articles(rows)] == own


def test_few_articles_teach_nothing() -> None:
    """A line is not learned from four articles, nor from many copies of one text."""
    for article in articles(site("courier", 4)):
        assert article["text"].endswith(LICENCE)
    copies = [{"id": str(n), "source": "s", "text": "One. Two. Three."} for n in range(30)]
    assert {article["text"] for article in articles(copies)} == {"One. Two. Three."}


@given(st.integers(1, 8))
def test_how_a_run_is_cut_into_blocks_does_not_show(size: int) -> None:
    """The same records in blocks of any size give the same articles."""
    rows = [*site("courier", 7), {"id": "x", "text": "Mixed in."}, {"id": "x", "text": "Newer."}]
    numbered = [{"position": at, **row} for at, row in enumerate(rows)]
    parts = [cleaned(numbered[at : at + size]) for at in range(0, len(rows), size)]
    assert settled(unify(parts, CleanSettings())).articles.equals(
        settled(unify([cleaned(numbered)], CleanSettings())).articles
    )


def test_languages_are_stated_or_guessed() -> None:
    """A stated language wins; a short text speaks its site's; what shows none is und."""
    english = "The council met on Tuesday and decided to close the bridge until the autumn. " * 4
    spanish = (
        "El consejo se reunió el martes por la noche y decidió cerrar el puente hasta el otoño. "
        "Los vecinos, que llevan años pidiendo que se repare, dicen que nadie les ha preguntado "
        "cómo van a llegar al trabajo, y que la alcaldesa no quiso recibirlos cuando fueron al "
        "ayuntamiento con más de dos mil firmas."
    )
    rows = [
        {"id": "1", "source": "a", "text": english},
        {"id": "2", "source": "b", "text": spanish},
        {"id": "3", "source": "b", "text": "El puente, no."},
        {"id": "4", "source": "c", "text": "7 7 7 7"},
        {"id": "5", "source": "a", "text": english, "language": "pt-BR"},
    ]
    assert [row["language"] for row in articles(rows)] == ["en", "es", "es", "und", "pt"]


def test_credits_are_read_of_some_articles_alone() -> None:
    """They are those that are found when all are read: also in a line that the site repeats."""
    rows = [
        {"id": f"{n}", "source": "courier", "text": f"Report {n} from the town hall.\nReuters"}
        for n in range(9)
    ]
    found = unify([cleaned(rows)], CleanSettings())
    known = settled(found).articles
    assert set(known["agency"].to_pylist()) == {"Reuters"}
    some = credited(dated(found), found.texts, np.array([2, 5]))
    assert some["agency"].take([2, 5]).equals(known["agency"].take([2, 5]))
    assert some["agency"].null_count == len(rows) - 2


def test_mojibake_is_undone_and_counted() -> None:
    """In texts and headlines; an article that lost a character for good is counted once."""
    rows = [
        {"text": "It doesnâ€™t sail.", "title": "CafÃ©"},
        {"text": "A \ufffd sail.", "title": "A\ufffd"},
        {"text": "A mast, and\r\na \ufffd."},
        {"text": "A mast.", "title": "\ufffd mast"},
    ]
    result = settled(unify([cleaned(rows)], CleanSettings()))
    assert {"It doesn’t sail.", "A \ufffd sail."} < set(result.articles["text"].to_pylist())
    assert "Café" in result.articles["title"].to_pylist()
    assert (result.counts["mended characters"], result.counts["broken characters"]) == (1, 3)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Mayor: &quot;We stay&quot;", 'Mayor: "We stay"'),
        ("Fish &amp; chips &#8211; a love&nbsp;story &#x2026;", "Fish & chips – a love story …"),
        ("Tram &amp;amp; bus &amp;#39;late&amp;#39;", "Tram & bus 'late'"),
        ("AT&T; R&D & so on &", "AT&T; R&D & so on &"),
        ("A &nosuchname; b", "A &nosuchname; b"),
        (None, None),
    ],
)
def test_character_references_in_headlines_are_characters(
    title: str | None, shown: str | None
) -> None:
    """Named and numbered ones, also escaped twice; an ampersand of the headline stays."""
    rows = [{"text": "The ferry ran aground.", "title": title}]
    assert [row["title"] for row in articles(rows)] == [shown]


def test_an_empty_run_has_empty_tables() -> None:
    """Nothing read is no error here."""
    result = unify([], CleanSettings())
    assert (len(result.articles), len(result.rejects)) == (0, 0)
