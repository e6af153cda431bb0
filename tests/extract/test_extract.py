"""HTML of records to text: what is filled in, and what a deadly page costs."""

from typing import Any

import pyarrow as pa
import pytest

from pipeline import schema
from pipeline.extract import Extracted, Extractor, pool
from pipeline.settings import IngestSettings

SENTENCES = [
    f"The ferry left the {place} with {number} people, and nobody on the quay waved this time."
    for number, place in enumerate(["harbour", "island", "old pier", "north dock"], start=20)
]
PAGE = """<html lang="en"><head><title>The ferry sails | Harbour News</title>
<meta property="og:site_name" content="Harbour News">
<link rel="canonical" href="https://harbour.example/ferry"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>The ferry sails</h1>{}<p>Follow us on the usual networks.</p></article>
<footer>All rights reserved.</footer></body></html>"""
ARTICLE = PAGE.format("".join(f"<p>{sentence}</p>" for sentence in SENTENCES))

DEADLY = """
import ctypes, time
from pipeline.extract import page, worker
plain = page.extract_page
def extract_page(html, address, *, fast):
    if "KILL" in html: ctypes.string_at(0)
    if "SPIN" in html:
        while True: pass
    if "SLEEP" in html: time.sleep(600)
    if "HOG" in html: bytearray(1 << 40)
    if "RAISE" in html: raise KeyError("table")
    return plain(html, address, fast=fast)
page.extract_page = extract_page
worker.main()
"""
"""A worker that some pages do real harm."""


def records(*rows: dict[str, Any]) -> pa.Table:
    given = [{"input": "in.jsonl", "position": at, **row} for at, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(given, schema=schema.RECORDS)


def extract(table: pa.Table, threads: int = 1, **settings: Any) -> Extracted:
    with Extractor(IngestSettings(**settings), threads=threads) as extractor:
        done = extractor.extract(table)
    assert done.records.schema.equals(schema.RECORDS)
    assert done.rejects.schema.equals(schema.REJECTS)
    return done


@pytest.mark.parametrize("fast", [False, True])
def test_a_page_gives_its_body_and_what_it_says(fast: bool) -> None:
    """Body without navigation, and headline, URL and source from tags."""
    [row] = extract(records({"html": ARTICLE}), fast_extract=fast).records.to_pylist()
    assert all(sentence in row["text"] for sentence in SENTENCES)
    assert not any(word in row["text"] for word in ("Home", "Sport", "rights reserved"))
    assert (row["title"], row["source"]) == ("The ferry sails", "Harbour News")
    assert (row["url"], row["language"], row["html"]) == (
        "https://harbour.example/ferry",
        "en",
        None,
    )


def test_calls_to_read_something_else_are_no_body() -> None:
    """Nor is the headline."""
    [row] = extract(records({"html": ARTICLE})).records.to_pylist()
    assert row["text"].splitlines() == SENTENCES


@pytest.mark.parametrize(
    "call", ["Read more: the ferry", "Lesen Sie auch: Fähren", "Читайте также: паром", "相关阅读"]
)
def test_such_calls_in_other_languages(call: str) -> None:
    """Are no body either; the words within a long line are the news."""
    page = ARTICLE.replace(f"<p>{SENTENCES[1]}</p>", f"<p>{SENTENCES[1]}</p><p>{call}.</p>")
    assert call in page
    [row] = extract(records({"html": page})).records.to_pylist()
    assert row["text"].splitlines() == SENTENCES


@pytest.mark.parametrize(
    "page",
    [
        f"<section>{''.join(f'<span>{sentence}</span>' for sentence in SENTENCES * 2)}</section>",
        f"<p>A short note.</p><div class='bottom'>{'<br><br>'.join(SENTENCES * 2)}</div>",
    ],
    ids=["of spans", "at the bottom"],
)
def test_a_body_that_one_extractor_misses_is_found_by_another(page: str) -> None:
    """No sentence of an unusual layout is lost."""
    [row] = extract(
        records({"html": f"<html><body><main>{page}</main></body></html>"})
    ).records.to_pylist()
    assert all(sentence in row["text"] for sentence in SENTENCES)


def test_what_a_record_states_wins_over_its_page() -> None:
    """And its own text over any HTML; where a page was found is its URL in the last resort."""
    stated = {"html": ARTICLE, "title": "Mine", "url": "https://mine.example/1"}
    told = {"html": ARTICLE, "text": "My text.", "fetched_url": "https://mine.example/2"}
    mine, text = extract(records(stated, told)).records.to_pylist()
    assert (mine["title"], mine["url"]) == ("Mine", "https://mine.example/1")
    assert mine["original_url"] == "https://harbour.example/ferry"
    assert (text["text"], text["url"]) == ("My text.", "https://mine.example/2")


def test_a_page_without_a_body_is_left_to_the_cleaner() -> None:
    """All its visible text is given as that of a page."""
    [row] = extract(records({"html": "<body><p>Two words.</p></body>"})).records.to_pylist()
    assert (row["text"], row["page_text"]) == (None, "Two words.")


def test_half_a_surrogate_pair_costs_one_character() -> None:
    """JSON in a page may be cut within an emoji; the page is read all the same."""
    said = '{"@type": "NewsArticle", "headline": "The ferry \\ud83d sails"}'
    page = f'<script type="application/ld+json">{said}</script>{ARTICLE}'
    [row] = extract(records({"html": page})).records.to_pylist()
    assert row["title"] == "The ferry \ufffd sails"


def test_no_html_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain articles never wait for an extractor."""
    monkeypatch.setattr(pool.subprocess, "Popen", None)
    table = records({"text": "One."}, {"page_text": "Two."})
    assert extract(table).records.equals(table)


def test_a_page_that_does_harm_costs_one_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash, a loop, a wait without end, too much memory: all other pages are read."""
    monkeypatch.setattr(pool, "_WORK", DEADLY)
    harm = {
        "KILL": "killed the extracting process: SIGSEGV",
        "SPIN": "took over 0.5 s to extract",
        "SLEEP": "took over 0.5 s to extract",
        "HOG": "took over 256 MB to extract",
        "RAISE": "KeyError: 'table'",
    }
    pages = [{"html": PAGE.format(f"<p>{word}</p>")} for word in harm]
    good = [{"html": ARTICLE, "id": str(n)} for n in range(6)]
    table = records(*good[:3], *pages, *good[3:])
    done = extract(table, threads=2, page_seconds=0.5, memory_megabytes=256)
    assert done.records["id"].to_pylist() == [str(n) for n in range(6)]
    assert all(SENTENCES[0] in text for text in done.records["text"].to_pylist())
    rejects = done.rejects.to_pylist()
    assert [reject["position"] for reject in rejects] == [4, 5, 6, 7, 8]
    for reject, reason in zip(rejects, harm.values(), strict=True):
        assert reason in reject["reason"]
        assert reject["excerpt"].startswith("<html")


def test_a_worker_that_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a reject of every page."""
    monkeypatch.setattr(pool, "_WORK", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="ended at its start: 3"):
        extract(records({"html": ARTICLE}))
