"""Feeds, sitemaps and pages from a server that also misbehaves."""

import gzip
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.ingest import read
from pipeline.ingest.web import guard
from pipeline.ingest.web.guard import is_public
from pipeline.settings import IngestSettings
from tests.ingest.misbehaving import Site, serving

Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]
FEED = """<rss version="2.0"><channel><title>Harbour News</title><language>en</language>
<item><title>The ferry sails</title><link>{site}/ferry</link>
<pubDate>Tue, 05 Mar 2024 06:07:08 +0100</pubDate><description>It sails.</description></item>
<item><title>The crane turns</title><link>/crane</link><description>It turns.</description></item>
</channel></rss>"""
PAGE = "<html><head><title>{0}</title></head><body><p>All about {0}.</p></body></html>"
NOW = datetime.now(UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    """Read inputs as users do, but from loopback, without pauses."""
    usual = {
        "allow_private": True,
        "pause_seconds": 0,
        "fetch_seconds": 30,
        "page_megabytes": 1,
        "fetch_state": str(tmp_path / "state" / "fetched.sqlite"),
    }

    def ask(*inputs: str, **settings: Any) -> Rows:
        batches = list(read(inputs, IngestSettings(**{**usual, **settings})))
        records = [row for batch in batches for row in batch.records.to_pylist()]
        return records, [row for batch in batches for row in batch.rejects.to_pylist()]

    return ask


def test_a_feed_from_its_url(site: Site, ask: Any) -> None:
    """Its entries are records, with links made absolute."""
    url = site.put("/feed", FEED.format(site=site.address), Content_Type="application/rss+xml")
    records, rejects = ask(url)
    assert [(row["title"], row["text"]) for row in records] == [
        ("The ferry sails", "It sails."),
        ("The crane turns", "It turns."),
    ]
    assert [row["url"] for row in records] == [f"{site.address}/ferry", f"{site.address}/crane"]
    assert (records[0]["input"], records[0]["position"], rejects) == (url, 1, [])
    assert site.paths() == ["/feed"]


def test_pages_of_entries_are_fetched_where_asked_for(site: Site, ask: Any) -> None:
    """What the feed says of them stands; a page that is not to be had leaves the summary."""
    url = site.put("/feed", FEED.format(site=site.address))
    site.put("/ferry", PAGE.format("ferries"))
    records, [reject] = ask(url, feed_pages="summaries")
    assert "All about ferries." in records[0]["html"]
    assert records[0]["title"] == "The ferry sails"
    assert (records[1]["text"], records[1]["html"]) == ("It turns.", None)
    assert (reject["position"], reject["reason"]) == (2, "page not fetched: status 404")


def test_entries_that_are_whole_are_not_fetched(site: Site, ask: Any) -> None:
    """Unless all pages are asked for."""
    whole = "<rss version='2.0'><channel><item><title>T</title><link>/t</link><description>&lt;p>S"
    whole += "&lt;/p></description><content:encoded xmlns:content="
    whole += "'http://purl.org/rss/1.0/modules/content/'>&lt;p>The whole ferry story.&lt;/p>"
    url = site.put("/feed", whole + "</content:encoded></item></channel></rss>")
    site.put("/t", PAGE.format("t"))
    [row], _ = ask(url, feed_pages="summaries")
    assert row["text"] == "The whole ferry story."
    [row], _ = ask(url, feed_pages="always")
    assert "All about t" in row["html"]


def sitemap(*entries: str, root: str = "urlset", item: str = "url") -> str:
    inner = "".join(f"<{item}>{entry}</{item}>" for entry in entries)
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<?xml version='1.0'?><{root} {space} {news}>{inner}</{root}>"


def test_a_sitemaps_recent_pages_are_fetched(site: Site, ask: Any) -> None:
    """Those of the last days, and those without a date; of news sitemaps with what they say."""
    old = (NOW - timedelta(days=9)).isoformat()
    news = f"<news:news><news:publication_date>{NOW.isoformat()}</news:publication_date>"
    news += "<news:title>The ferry sails</news:title></news:news>"
    told = sitemap(
        f"<loc>{site.address}/a</loc><lastmod>{old}</lastmod>",
        f"<loc>{site.address}/b</loc>{news}",
        "<loc>/c</loc>",
    )
    url = site.put("/sitemap.xml.gz", gzip.compress(told.encode()))
    for path in "abc":
        site.put(f"/{path}", PAGE.format(path))
    records, rejects = ask(url)
    assert [(row["title"], row["url"][-2:]) for row in records] == [
        ("The ferry sails", "/b"),
        (None, "/c"),
    ]
    assert records[0]["published"] == NOW.isoformat()
    assert (rejects, "/a" in site.paths()) == ([], False)


def test_an_index_leads_to_its_sitemaps(site: Site, ask: Any) -> None:
    """Each once, though they name each other; one that fails is told of."""
    names = [f"<loc>{site.address}/{name}</loc>" for name in ("index", "one", "gone")]
    url = site.put("/index", sitemap(*names, root="sitemapindex", item="sitemap"))
    site.put("/one", sitemap(f"<loc>{site.address}/a</loc>"))
    site.put("/a", PAGE.format("a"))
    records, [reject] = ask(url)
    assert len(records) == 1
    assert reject["reason"] == f"{site.address}/gone: status 404"


def test_a_limit_on_pages_is_told(site: Site, ask: Any) -> None:
    """What lies beyond it are rejects, not silence."""
    url = site.put("/map", sitemap(*(f"<loc>{site.address}/{n}</loc>" for n in range(3))))
    site.put("/0", PAGE.format("x"))
    records, rejects = ask(url, page_limit=1)
    assert len(records) == 1
    assert [reject["position"] for reject in rejects] == [2, 3]
    assert "ingest.page_limit" in rejects[0]["reason"]


def test_robots_are_respected_where_pages_are_fetched(site: Site, ask: Any) -> None:
    """What a site disallows is a reject; its robots.txt is read once, and knows wildcards."""
    site.put("/robots.txt", "User-agent: *\nDisallow: /*secret\n")
    locations = [f"<loc>{site.address}/{name}</loc>" for name in ("open", "a-secret", "b-secret")]
    url = site.put("/map", sitemap(*locations))
    site.put("/open", PAGE.format("x"))
    records, rejects = ask(url)
    assert len(records) == 1
    assert {reject["reason"] for reject in rejects} == {
        "page not fetched: its site's robots.txt does not allow it"
    }
    assert sorted(site.paths()) == ["/map", "/open", "/robots.txt"]


def test_robots_that_cannot_be_had_allow_nothing(site: Site, ask: Any) -> None:
    """As RFC 9309 has it for servers in trouble."""
    site.answers["/robots.txt"] = (500, {}, b"")
    url = site.put("/map", sitemap(f"<loc>{site.address}/a</loc>"))
    records, [reject] = ask(url)
    assert (records, "/a" in site.paths()) == ([], False)
    assert "robots.txt" in reject["reason"]


def test_a_page_from_its_url(site: Site, ask: Any) -> None:
    """In the encoding that the server names, at the address where redirects led."""
    site.put("/b", "<html><p>Паром".encode("koi8-r"), Content_Type="text/html; charset=koi8-r")
    site.answers["/a"] = (301, {"Location": "/b"}, b"")
    [row], _ = ask(site.address + "/a")
    assert (row["html"], row["fetched_url"]) == ("<html><p>Паром", site.address + "/b")


@pytest.mark.parametrize(
    "mark", [{"ETag": '"v1"'}, {"Last_Modified": "Tue, 05 Mar 2024 06:07:08 GMT"}]
)
def test_what_did_not_change_is_not_sent_again(site: Site, ask: Any, mark: dict[str, str]) -> None:
    """A second run asks on condition, and still reads the same entries."""
    url = site.put("/feed", FEED.format(site=site.address), **mark)
    first, _ = ask(url)
    second, _ = ask(url)
    sent = [headers for path, headers in site.asked if path == "/feed"]
    assert {"If-None-Match", "If-Modified-Since"} & sent[1].keys()
    assert [row["text"] for row in second] == [row["text"] for row in first]
    site.put("/feed", FEED.format(site=site.address).replace("It sails", "It sank"), ETag='"v2"')
    assert ask(url)[0][0]["text"] == "It sank."


def test_servers_are_told_who_asks(site: Site, ask: Any) -> None:
    """By the name that the settings give."""
    ask(site.put("/page", PAGE.format("x")), user_agent="ours (press@harbour.example)")
    assert site.asked[0][1]["User-Agent"] == "ours (press@harbour.example)"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/slow", "took over 0.8 s"),
        ("/slow-headers", "took over 0.8 s"),
        ("/endless", "larger than 1 MB"),
        ("/bomb", "larger than 1 MB"),
        ("/cut-gzip", "gzip content is cut off"),
        ("/strange", "got content as zstd"),
        ("/loop", "redirects"),
        ("/to-file", "protocol"),
        ("/rubbish", "no HTTP"),
        ("/absent", "status 404"),
    ],
)
def test_a_server_that_misbehaves_costs_one_reject(
    site: Site, ask: Any, tmp_path: Path, path: str, reason: str
) -> None:
    """And no more time or memory than the settings allow; other inputs are read."""
    (tmp_path / "feed.xml").write_text(FEED.format(site=site.address))
    patience = {"fetch_seconds": 0.8} if "slow" in path else {}
    records, [reject] = ask(site.address + path, str(tmp_path / "feed.xml"), **patience)
    assert (len(records), reject["input"]) == (2, site.address + path)
    assert reject["reason"].startswith("cannot be fetched: ")
    assert reason in reject["reason"]


def test_private_addresses_are_refused(site: Site, ask: Any) -> None:
    """Unless a setting allows them; where nothing else is read the run fails."""
    url = site.put("/feed", FEED.format(site=site.address))
    with pytest.raises(InputError, match=r"private address 127\.0\.0\.1 \(ingest\.allow_private\)"):
        ask(url, allow_private=False)
    with pytest.raises(InputError, match="private address"):
        ask(url.replace("127.0.0.1", "localhost"), allow_private=False)
    assert site.paths() == []


def test_a_redirect_to_a_private_address_is_refused(
    site: Site, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each hop is checked, not only the first."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    inner = site.address.replace("127.0.0.1", "127.0.0.2")
    site.answers["/out"] = (302, {"Location": f"{inner}/secret"}, b"")
    with pytest.raises(InputError, match=r"private address 127\.0\.0\.2"):
        ask(site.address + "/out", allow_private=False)
    assert site.paths() == ["/out"]


def test_a_name_that_changes_its_address_is_connected_to_as_checked(
    site: Site, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that was checked is the one used: a name is resolved once a request."""
    real = socket.getaddrinfo
    answers = iter(["127.0.0.1", "127.0.0.2", "127.0.0.2"])

    def rebinding(host: Any, *rest: Any, **more: Any) -> Any:
        named = host in ("rebind.example", b"rebind.example")
        return real(next(answers) if named else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    site.put("/feed", FEED.format(site=site.address))
    url = site.address.replace("127.0.0.1", "rebind.example") + "/feed"
    records, _ = ask(url, allow_private=False)
    assert len(records) == 2
    assert site.asked[0][1]["Host"].startswith("rebind.example")
    with pytest.raises(InputError, match=r"private address 127\.0\.0\.2"):
        ask(url, allow_private=False)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """Also where an IPv6 address holds a private one of IPv4."""
    assert is_public(address) == public
