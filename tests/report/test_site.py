"""The report's folder and pages, without a browser."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import ExportError
from pipeline.report import About, write_site
from pipeline.report.words import file_name
from tests.export.tables import NOON, article, small, story, table
from tests.report import hostile


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    """No page tells when or where it was made."""
    for name in ("one", "two"):
        write_site(hostile.tables(), tmp_path / name, About("x", texts=hostile.texts()))
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_report_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    """Pages of stories that are gone are gone too."""
    write_site(hostile.tables(), tmp_path / "report", About("x"))
    write_site(small(), tmp_path / "report", About("x"))
    write_site(small(), tmp_path / "fresh", About("x"))
    assert content(tmp_path / "report") == content(tmp_path / "fresh")
    assert {path.name for path in tmp_path.iterdir()} == {"report", "fresh"}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Only an earlier report, or nothing, is written over."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"no report of storyfold's.*--out"):
        write_site(small(), tmp_path, About("x"))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_failed_report_leaves_the_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fills half-way, the pages of before stand."""
    out = tmp_path / "report"
    write_site(small(), out, About("x"))
    before = content(out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.report.site.write_run", full)
    with pytest.raises(ExportError, match="No space left"):
        write_site(hostile.tables(), out, About("x"))
    assert content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_nothing_found_is_a_report_too(tmp_path: Path) -> None:
    """Empty tables give a front page that says so."""
    empty = {name: rows.schema.empty_table() for name, rows in small().items()}
    assert write_site(empty, tmp_path / "report", About("x"))["stories"] == 0
    assert "0 articles tell 0 stories" in (tmp_path / "report" / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def vast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the report of one story with thousands of members, half of them of one wire."""
    title = "عودة " * 40
    rows = [
        article(
            f"a{n}",
            title=f"{title}{n}",
            source=f"outlet-{n % 900}.example",
            published=NOON + timedelta(minutes=n),
            kept_id="a0" if n % 2 else None,
        )
        for n in range(3000)
    ]
    members = [{"role": "repost" if row["kept_id"] else "article", **row} for row in rows]
    folds = [
        {"article_id": row["article_id"], "kept_id": "a0", "relation": "near", "jaccard": 0.9}
        for row in rows
        if row["kept_id"]
    ]
    tables = small() | {
        "articles": table("articles", rows),
        "stories": table("stories", [story(1, articles=1500, reposts=1500, sources=900)]),
        "members": table("members", members),
        "duplicates": table("duplicates", folds),
    }
    texts = pa.table(
        {
            "article_id": [row["article_id"] for row in rows],
            "text": pa.array(
                [f"{title} number {n}. " * 60 for n in range(3000)], pa.large_string()
            ),
        }
    )
    out = tmp_path_factory.mktemp("vast") / "report"
    write_site(tables, out, About("x", texts=texts))
    return out


def test_no_page_is_giant(vast: Path) -> None:
    """A story of 3,000 articles is told on pages of less than 150 kB."""
    sizes = {path.name: path.stat().st_size for path in vast.rglob("*") if path.is_file()}
    assert {name: size for name, size in sizes.items() if size >= 150_000} == {}


def test_no_member_is_dropped(vast: Path) -> None:
    """Every article and every outlet stands on one of the story's pages."""
    pages = sorted((vast / "stories").rglob("s1*.html"))
    assert len(pages) > 10
    told = "".join(path.read_text("utf-8") for path in pages)
    for n in range(3000):
        assert f"/a{n}&#34;" in told or f'/a{n}"' in told, n
    for n in range(900):
        assert f"outlet-{n}.example</bdi></th>" in told, n
    assert f"Page 1 of {len(pages)}" in pages[0].read_text("utf-8") + pages[-1].read_text("utf-8")


def test_without_texts_a_group_says_so(tmp_path: Path) -> None:
    """An export folder holds no texts; the page tells how to get them compared."""
    write_site(small(), tmp_path / "report", About("x"))
    (page,) = (tmp_path / "report" / "reposts").rglob("*.html")
    assert "storyfold report --archive DIR" in page.read_text("utf-8")


def test_texts_stand_side_by_side(tmp_path: Path) -> None:
    """What differs is marked on its side; a text that is the same has no page of its own."""
    text = pa.array(
        ["It sails on Monday. Tickets are on sale.", "It sails on Friday. Tickets are on sale."]
    )
    texts = pa.table({"article_id": ["a1", "a2"], "text": text})
    write_site(small(), tmp_path / "report", About("x", texts=texts))
    (page,) = (tmp_path / "report" / "reposts").rglob("*.html")
    told = page.read_text("utf-8")
    assert "<del>Monday</del>" in told
    assert "<ins>Friday</ins>" in told


def test_growth_is_told_in_words_too(tmp_path: Path) -> None:
    """Who hears a page is told what its lines show."""
    write_site(hostile.tables(), tmp_path / "report", About("x"))
    told = (tmp_path / "report" / "stories").rglob("s2.html")
    assert "1 article and 5 reposts in all, half of them before" in next(told).read_text("utf-8")


def test_ids_name_files_in_any_file_system() -> None:
    """No id leaves the folder, none meets another's file, and those that can stay readable."""
    names = ["s12ab", "S12AB", "../../etc", "", ".", "a/b", "a.b", "con\x00", "é", "x" * 200]
    files = [file_name(name) for name in names]
    assert files[0] == "s12ab"
    assert len({name.lower() for name in files}) == len(names)
    assert all(
        name.replace("_", "").replace("-", "").isalnum() and len(name) < 80 for name in files
    )
