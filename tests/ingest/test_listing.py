"""Feeds and sitemaps in files: every dialect, and every fault."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.ingest import read
from pipeline.ingest.listing import Entry, parse_listing
from pipeline.settings import IngestSettings

DATE = "2024-03-05T06:07:08Z"
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour</title><language>en</language><item><title>The ferry sails</title>
<link>https://h.example/1</link><pubDate>{DATE}</pubDate><dc:creator>Ada Pell</dc:creator>
<description>&lt;p>It &lt;b>sails&lt;/b>.&lt;/p></description></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour</title><entry>
<title>The ferry sails</title><link rel="self" href="https://h.example/self"/>
<link href="https://h.example/1"/><published>{DATE}</published>
<updated>2024-03-06T00:00:00Z</updated><author><name>Ada Pell</name></author>
<summary type="html">&lt;p>It &lt;b>sails&lt;/b>.&lt;/p></summary></entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel
rdf:about="x"><title>Harbour</title><dc:language>en</dc:language></channel>
<item rdf:about="https://h.example/1"><title>The ferry sails</title>
<link>https://h.example/1</link><dc:date>{DATE}</dc:date><dc:creator>Ada Pell</dc:creator>
<description>&lt;p>It &lt;b>sails&lt;/b>.&lt;/p></description></item></rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "language": "en",
        "items": [
            {
                "id": "1",
                "url": "https://h.example/1",
                "title": "The ferry sails",
                "date_published": DATE,
                "authors": [{"name": "Ada Pell"}],
                "summary": "It sails.",
            }
        ],
    }
)


def read_all(*inputs: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    batches = list(read(list(inputs), IngestSettings()))
    records = [row for batch in batches for row in batch.records.to_pylist()]
    return records, [row for batch in batches for row in batch.rejects.to_pylist()]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.xml", RSS), ("a.rss", RSS), ("a.atom", ATOM), ("a.rdf.xml", RDF), ("a.json", JSON)],
)
def test_feeds_of_every_dialect(tmp_path: Path, name: str, text: str) -> None:
    """An entry is a record; its summary is its text, without tags."""
    (tmp_path / name).write_text(text)
    [row], rejects = read_all(tmp_path)
    wanted = {
        "url": "https://h.example/1",
        "title": "The ferry sails",
        "published": DATE,
        "byline": "Ada Pell",
        "language": "en",
        "text": "It sails.",
        "position": 1,
    }
    assert {key: row[key] for key in wanted} == wanted
    assert rejects == []


@pytest.mark.parametrize("name", ["windows-1251", "utf-8", "utf-16"])
def test_feeds_of_every_encoding(name: str) -> None:
    """As declared in XML, or by a byte order mark."""
    text = RSS.replace('version="1.0"', f'version="1.0" encoding="{name}"', 1)
    data = text.replace("The ferry sails", "Паром вышел").encode(name)
    [entry] = parse_listing(data).entries
    assert entry.title == "Паром вышел"


def test_http_says_what_encoding_a_feed_is_in() -> None:
    """Where the feed itself says nothing."""
    data = RSS.replace("The ferry sails", "Паром вышел").encode("koi8-r")
    [entry] = parse_listing(data, None, "application/rss+xml; charset=koi8-r").entries
    assert entry.title == "Паром вышел"


def test_a_broken_feed_gives_what_it_can() -> None:
    """Bare ampersands and a missing end are common."""
    broken = RSS.replace("sails</title>", "sails & sails</title>")[:-40]
    [entry] = parse_listing(broken.encode()).entries
    assert (entry.title, entry.published) == ("The ferry sails & sails", DATE)


def test_dates_are_left_as_written() -> None:
    """Which day 05/03/2024 is, no parser of feeds can know."""
    [entry] = parse_listing(RSS.replace(DATE, "05/03/2024").encode()).entries
    assert entry.published == "05/03/2024"


BOMB = "<!DOCTYPE x [<!ENTITY a '" + "a" * 64 + "'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 12}'>" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = "<!DOCTYPE x [<!ENTITY i SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE])
@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_entities_of_xml_do_nothing(doctype: str, kind: str) -> None:
    """Neither those that grow without end, nor those that name files."""
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = {
        "feed": "<rss version='2.0'><channel><item><title>T&i;</title></item></channel></rss>",
        "sitemap": f"<urlset xmlns='{space}'><url><loc>https://h.example/&i;</loc></url></urlset>",
    }[kind]
    listing = parse_listing(f"<?xml version='1.0'?>{doctype}{body}".encode())
    said = "".join(f"{entry.title}{entry.url}" for entry in listing.entries)
    assert len(said) < 100
    assert "root" not in said


def test_a_news_sitemap_says_more_than_addresses() -> None:
    """Title, date, language and source of each page; what it says of images is not the page's."""
    told = f"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url><image:image><image:loc>https://h.example/i.png</image:loc>
    <image:title>A quay</image:title></image:image><loc>https://h.example/1</loc><news:news>
    <news:publication><news:name>Harbour</news:name><news:language>en</news:language>
    </news:publication><news:publication_date>{DATE}</news:publication_date>
    <news:title>The ferry sails</news:title></news:news></url></urlset>"""
    listing = parse_listing(told.encode())
    assert listing.is_sitemap
    assert listing.entries == [
        Entry("https://h.example/1", "The ferry sails", DATE, "en", source="Harbour")
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.xml", "<note>Buy rope.</note>", "neither a feed"),
        ("a.xml", "rubbish", "neither a feed"),
        ("a.xml", "", "empty file"),
        ("a.json", "{oops", "not JSON"),
        ("a.json", '{"name": "package"}', "no JSON feed"),
        ("a.xml.gz", "\x1f\x8bx", "damaged file"),
    ],
)
def test_what_is_no_feed_is_told(tmp_path: Path, name: str, text: str, reason: str) -> None:
    """As a reject of the whole file."""
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=reason):
        read_all(tmp_path)


def test_an_entry_without_anything_is_a_reject(tmp_path: Path) -> None:
    """Its neighbours are read."""
    (tmp_path / "a.xml").write_text(RSS.replace("<item>", "<item></item><item>"))
    [row], [reject] = read_all(tmp_path)
    assert (row["position"], reject["position"]) == (2, 1)
    assert reject["reason"] == "no text, no headline"


def test_a_feed_without_entries_is_no_failure(tmp_path: Path) -> None:
    """A quiet hour must not fail a scheduled run; it is told of all the same."""
    (tmp_path / "a.rss").write_text(RSS.replace("item>", "other>"))
    records, [reject] = read_all(tmp_path)
    assert (records, reject["reason"]) == ([], "no entries")
