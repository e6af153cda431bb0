"""What pages say of themselves."""

import json

import pytest
from resiliparse.parse.html import HTMLTree

from pipeline.extract.metadata import Metadata, read_metadata

ADDRESS = "https://www.harbour.example/2024/ferry?ref=home"


def metadata(head: str, body: str = "", address: str | None = ADDRESS) -> Metadata:
    return read_metadata(HTMLTree.parse(f"<html><head>{head}</head><body>{body}"), address)


def ld(**article: object) -> str:
    thing = {"@type": "NewsArticle", **article}
    return f'<script type="application/ld+json">{json.dumps(thing)}</script>'


def test_json_ld_wins_over_open_graph_and_that_over_headings() -> None:
    """The most specific statement counts."""
    graph = '<meta property="og:title" content="Graph">'
    assert metadata(ld(headline="Linked") + graph, "<h1>Heading</h1>").title == "Linked"
    assert metadata(graph + "<title>Title</title>", "<h1>Heading</h1>").title == "Graph"
    assert metadata("<title>Title</title>", "<h1>Heading</h1>").title == "Heading"
    assert metadata("<title>Title</title>", "<h1>One</h1><h1>Two</h1>").title == "Title"


def test_a_sites_name_is_no_part_of_a_headline() -> None:
    """It is cut off the end of a title, whatever parts it."""
    site = '<meta property="og:site_name" content="Harbour News">'
    found = metadata(site + "<title>Ferry sails - late | Harbour News</title>")
    assert (found.title, found.source) == ("Ferry sails - late", "Harbour News")


@pytest.mark.parametrize(
    "head",
    [
        ld(datePublished="2024-03-05T06:07:08Z"),
        '<meta property="article:published_time" content="2024-03-05T06:07:08Z">',
        '<meta itemprop="datePublished" content="2024-03-05T06:07:08Z">',
        '<time datetime="2024-03-05T06:07:08Z">today</time>',
        '<time datetime="2023">x</time><time pubdate datetime="2024-03-05T06:07:08Z">y</time>',
    ],
)
def test_a_publication_time_is_found(head: str) -> None:
    """In JSON-LD, in meta tags of several names, in a time that is marked, or the only one."""
    assert metadata("", head).published == "2024-03-05T06:07:08Z"


def test_one_of_several_times_is_no_guess() -> None:
    """Unmarked, any of them may be another article's."""
    times = '<time datetime="2024-03-05">a</time><time datetime="2024-03-06">b</time>'
    assert metadata("", times).published is None


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("Ada Pell", "Ada Pell"),
        ({"@type": "Person", "name": "Ada Pell"}, "Ada Pell"),
        ([{"name": "Ada Pell"}, {"name": "Tom Rook"}], "Ada Pell, Tom Rook"),
        ({"name": ["Ada Pell"]}, "Ada Pell"),
        ("https://harbour.example/staff/pell", None),
        (7, None),
    ],
)
def test_authors_become_a_byline(author: object, byline: str | None) -> None:
    """Names of one or several; an address is no name."""
    assert metadata(ld(author=author)).byline == byline


def canonical(url: str) -> Metadata:
    return metadata(f'<link rel="canonical" href="{url}">')


def test_the_canonical_url_of_the_same_site_is_the_pages() -> None:
    """Also where it is relative, or leaves a device's host."""
    assert canonical("/2024/ferry").url == "https://www.harbour.example/2024/ferry"
    assert canonical("https://harbour.example/f?id=7").url == "https://harbour.example/f?id=7"


def test_a_copy_that_names_its_original_is_known() -> None:
    """By a canonical URL on another site, by a syndication tag, or by JSON-LD."""
    wire = "https://wire.example/ferry"
    found = canonical(wire)
    assert (found.url, found.original_url) == (None, wire)
    assert metadata(f'<meta name="syndication-source" content="{wire}">').original_url == wire
    assert metadata(ld(isBasedOn=wire)).original_url == wire
    assert metadata(ld(isBasedOn={"@id": wire})).original_url == wire
    assert canonical("https://m.harbour.example/2024/ferry").original_url is None


@pytest.mark.parametrize("url", ["/", "https://harbour.example", "/2024/", "javascript:void(0)"])
def test_a_canonical_url_of_a_site_or_section_says_nothing(url: str) -> None:
    """Templates put it on every page; taken at its word, all would be one article."""
    found = canonical(url)
    assert (found.url, found.original_url) == (None, None)


def test_an_amp_page_names_the_page_it_stands_for() -> None:
    """Though that is a part of its own path."""
    link = '<link rel="canonical" href="/2024/ferry">'
    found = metadata(link, address="https://harbour.example/2024/ferry/amp/")
    assert found.url == "https://harbour.example/2024/ferry"


def test_language_is_as_declared() -> None:
    """Of the document, else of Open Graph."""
    tree = HTMLTree.parse('<html lang="pt-BR"><body>x')
    assert read_metadata(tree, None).language == "pt-BR"
    assert metadata('<meta property="og:locale" content="fr_FR">').language == "fr_FR"


@pytest.mark.parametrize("broken", ["{", "[1, null]", '{"@type": ["x", 3]}', "[" * 100_000])
def test_broken_json_ld_is_passed_over(broken: str) -> None:
    """What else the page says still counts."""
    head = f'<script type="application/ld+json">{broken}</script>{ld(headline="Good")}'
    assert metadata(head).title == "Good"


def test_an_article_within_another_is_not_this_one() -> None:
    """Related articles in a graph's depth do not lend their headline."""
    page = {"@type": "WebPage", "hasPart": {"@type": "NewsArticle", "headline": "Other"}}
    script = f'<script type="application/ld+json">{json.dumps({"@graph": [page]})}</script>'
    assert metadata(script + "<title>Mine</title>").title == "Mine"
