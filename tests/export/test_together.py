"""Formats that hold all tables in one file, each read back by a library that is not ours."""

import sqlite3
from contextlib import closing
from pathlib import Path

import feedparser
import networkx as nx
import pyarrow as pa
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import RDF, SDO

from pipeline.export import write
from pipeline.export.files import TOGETHER
from pipeline.export.rows import urn, web_url
from pipeline.export.xml import legal
from pipeline.settings import ExportSettings
from tests.export import tables as made

SMALL = made.small()
_OF_RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    write(SMALL, folder, ExportSettings(formats=tuple(TOGETHER)))
    return folder


@pytest.mark.parametrize("kind", sorted(TOGETHER))
def test_the_same_tables_give_the_same_bytes(tmp_path: Path, out: Path, kind: str) -> None:
    """No clock, no machine and no order of a set shows in a file."""
    write(SMALL, tmp_path, ExportSettings(formats=(kind,)))
    name = f"stories.{kind}"
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == (out / name).read_bytes()


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_networkx_reads_the_graph(out: Path, kind: str) -> None:
    """Articles lead to their story, reposts to their kept article, a story to its predecessor."""
    read = nx.read_graphml if kind == "graphml" else nx.read_gexf
    graph = read(out / f"stories.{kind}")
    assert graph.is_directed()
    kinds = {node: values["kind"] for node, values in graph.nodes(data=True)}
    assert kinds == {
        "story:s1": "story",
        "story:s2": "story",
        "article:a1": "article",
        "article:a2": "repost",
        "article:a3": "article",
    }
    assert set(graph.edges) == {
        ("article:a1", "story:s1"),
        ("article:a2", "story:s1"),
        ("article:a3", "story:s2"),
        ("article:a2", "article:a1"),
        ("story:s2", "story:s1"),
    }
    link = graph.edges["story:s2", "story:s1"]
    assert (link["relation"], link["similarity"], link["weight"]) == ("predecessor", 0.5, 0.5)
    fold = graph.edges["article:a2", "article:a1"]
    assert (fold["relation"], fold["jaccard"], fold["weight"]) == ("near", 0.9, 1.0)
    assert graph.nodes["story:s1"]["articles"] == 1
    assert graph.nodes["story:s2"]["title"] == legal(made.HOSTILE)
    assert "first_published" not in graph.nodes["story:s2"]


def test_gephi_is_told_when_a_node_begins(out: Path) -> None:
    """Dates make the graph dynamic; a node without one is there from the start."""
    graph = nx.read_gexf(out / "stories.gexf")
    assert graph.graph["mode"] == "dynamic"
    assert graph.nodes["story:s1"]["start"] == "2021-07-05T12:00:00Z"
    assert "start" not in graph.nodes["story:s2"]


def test_a_feed_reader_reads_the_feed(out: Path) -> None:
    """A story of several reports is an entry, linked and dated; a lone article is none."""
    feed = feedparser.parse(out / "stories.atom")
    assert not feed.bozo
    assert feed.version == "atom10"
    (entry,) = feed.entries
    assert entry.id == urn("story", "s1")
    assert entry.title == "Ferry 1 runs again"
    assert entry.link == "https://harbour.example/a1"
    assert entry.updated == entry.published == feed.feed.updated == "2021-07-05T12:00:00Z"
    assert entry.summary.startswith("New story: 1 article, 1 repost, 2 sources.")
    assert {tag.term for tag in entry.tags} == {"ferry", "Lindholm"}


def test_a_feed_tells_new_from_growing_and_how_many_it_holds(tmp_path: Path) -> None:
    """The latest come first; of more than 200 stories the feed says how many there are."""
    events = [
        {"story_id": f"s{n}", "event": "grew" if n else "born", "run_id": "r1"} for n in range(205)
    ]
    later = made.NOON.replace(day=6)
    rows = [made.story(n, last_published=later if n == 150 else made.NOON) for n in range(205)]
    tables = SMALL | {
        "stories": made.table("stories", rows),
        "story_events": made.table("story_events", events),
    }
    write(tables, tmp_path, ExportSettings(formats=("atom",)))
    feed = feedparser.parse(tmp_path / "stories.atom")
    assert feed.entries[0].title == "Ferry 150 runs again"
    told = {entry.id: entry.summary.split(":")[0] for entry in feed.entries}
    assert told[urn("story", "s0")] == "New story"
    assert told[urn("story", "s1")] == "Growing story"
    assert len(feed.entries) == 200
    assert feed.feed.subtitle == "200 of 205 new and growing stories"


def test_hostile_words_in_a_feed_are_text(tmp_path: Path) -> None:
    """A headline with a script in it is that headline, not a script."""
    row = made.story(2, title=made.HOSTILE, representative_id="a3")
    tables = SMALL | {"stories": made.table("stories", [row])}
    write(tables, tmp_path, ExportSettings(formats=("atom",)))
    feed = feedparser.parse(tmp_path / "stories.atom", sanitize_html=False)
    assert not feed.bozo
    assert feed.entries[0].title_detail.type == "text/plain"
    assert feed.entries[0].title.startswith('<script>alert("')
    assert "links" not in feed.entries[0]


@_OF_RDFLIB
def test_rdflib_reads_the_linked_data(out: Path) -> None:
    """A repost is based on its kept article, both are part of their story, stories are linked."""
    graph = rdflib.Graph().parse(out / "stories.jsonld")
    story, kept, copy, other = (
        rdflib.URIRef(urn(kind, name))
        for kind, name in (("story", "s1"), ("article", "a1"), ("article", "a2"), ("article", "a3"))
    )
    assert set(graph.subjects(RDF.type, SDO.NewsArticle)) == {kept, copy, other}
    assert (copy, SDO.isBasedOn, kept) in graph
    assert set(graph.subjects(SDO.isPartOf, story)) == {kept, copy}
    assert set(graph.objects(story, SDO.keywords)) == {
        rdflib.Literal("ferry"),
        rdflib.Literal("Lindholm"),
    }
    later = rdflib.URIRef(urn("story", "s2"))
    assert set(graph.subject_objects(SDO.relatedLink)) == {(story, later), (later, story)}
    (when,) = graph.objects(kept, SDO.datePublished)
    assert when.toPython() == made.NOON
    assert graph.value(other, SDO.url) is None
    assert str(graph.value(other, SDO.headline)) == made.HOSTILE


def test_sqlite_holds_every_table_and_finds_words(out: Path) -> None:
    """Every row is there, in its order; a search folds case and diacritics."""
    with closing(sqlite3.connect(out / "stories.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for name, table in SMALL.items():
            count = database.execute(f"SELECT count(*) FROM {name}").fetchone()
            assert count == (len(table),)
        found = database.execute(
            "SELECT story_id, keywords FROM stories "
            "WHERE rowid IN (SELECT rowid FROM stories_fts WHERE stories_fts MATCH 'FÉRRY')"
        )
        assert found.fetchall() == [("s1", '["ferry","Lindholm"]')]
        plan = database.execute("EXPLAIN QUERY PLAN SELECT * FROM members WHERE story_id = 's1'")
        assert "members_story_id" in plan.fetchone()[-1]
        titles = database.execute("SELECT title FROM articles WHERE article_id = 'a3'")
        assert titles.fetchone() == (made.HOSTILE,)


def test_sqlite_tells_how_tables_hang_together(out: Path) -> None:
    """Foreign keys say which column names a row elsewhere."""
    with closing(sqlite3.connect(out / "stories.sqlite")) as database:
        keys = database.execute("PRAGMA foreign_key_list(members)").fetchall()
        assert {(key[2], key[3]) for key in keys} == {
            ("stories", "story_id"),
            ("articles", "article_id"),
        }
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_edge_leads_nowhere_but_to_a_node(tmp_path: Path) -> None:
    """A span of an archive may lack a kept article: its fold makes no node of nothing."""
    articles = SMALL["articles"].slice(1)
    write(SMALL | {"articles": articles}, tmp_path, ExportSettings(formats=("graphml",)))
    graph = nx.read_graphml(tmp_path / "stories.graphml")
    assert "article:a1" not in graph
    assert set(graph.edges) == {
        ("article:a2", "story:s1"),
        ("article:a3", "story:s2"),
        ("story:s2", "story:s1"),
    }


@_OF_RDFLIB
def test_empty_tables_are_empty_files(tmp_path: Path) -> None:
    """Nothing found is no error in any format."""
    empty = {name: pa.table(table.schema.empty_table()) for name, table in SMALL.items()}
    write(empty, tmp_path, ExportSettings(formats=tuple(TOGETHER)))
    assert len(nx.read_graphml(tmp_path / "stories.graphml")) == 0
    assert feedparser.parse(tmp_path / "stories.atom").entries == []
    assert len(rdflib.Graph().parse(tmp_path / "stories.jsonld")) == 0


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_headline_is_legal_xml(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    """Whatever a headline holds, a parser accepts it, and it says the same where XML can."""
    path = tmp_path_factory.mktemp("xml") / "t"
    row = made.article("a1", title=title)
    tables = SMALL | {"articles": made.table("articles", [row])}
    TOGETHER["graphml"](tables, path)
    assert nx.read_graphml(path).nodes["article:a1"]["title"] == legal(title)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " https://a.example",
        "data:text/html,x",
        "//a.example/x",
        "https:///x",
        "https://[broken",
        "file:///etc/passwd",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_what_is_no_web_url_is_not_followed(url: str | None) -> None:
    """Only http and https with a host are links."""
    assert web_url(url) is None


@pytest.mark.parametrize("url", ["https://a.example/x?y=1&z=2#w", "http://münchen.example:80/ä"])
def test_a_web_url_is_given_as_it_is(url: str) -> None:
    """Nothing of it is changed."""
    assert web_url(url) == url
