"""The page of the run: counts, seconds, runs of an archive, rejects."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.report import About, write_site
from tests.export.tables import HOSTILE, NOON, small, table


def page(folder: Path, name: str = "run.html") -> str:
    """Give a page as a reader has it: one space for any."""
    return " ".join(unescape((folder / name).read_text("utf-8")).split())


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("run") / "report"
    rejects = [
        {"input": "in.jsonl", "position": 3, "reason": "not JSON: at 4", "excerpt": HOSTILE},
        {"input": "in.jsonl", "position": 1234, "reason": "not JSON: at 9", "excerpt": "{"},
        {"input": "b.csv", "position": None, "reason": "text: got int, expected text"},
    ]
    counts = {"read": {"read": 6, "articles": 3, "rejects": 3}, "fold": {"near": 1}}
    about = About("a run of 2 inputs", counts, {"read": 3.0, "fold": 0.75})
    write_site(small() | {"rejects": table("rejects", rejects)}, out, about)
    return page(out)


def test_it_counts_what_the_tables_hold(told: str) -> None:
    """Each number stands under its name."""
    for name, number in (
        ("articles", 3),
        ("kept", 2),
        ("near reposts", 1),
        ("stories", 2),
        ("stories told more than once", 1),
        ("without a date", 1),
        ("rejects", 3),
    ):
        assert f"<dt>{name}</dt><dd>{number}</dd>" in told
    assert "Made from a run of 2 inputs." in told


def test_it_says_what_each_stage_took_and_found(told: str) -> None:
    """Seconds of every stage and of all; a bar is as long as its share of the longest."""
    assert '<th scope="row">read</th><td class="number">3.0</td>' in told
    assert '<th scope="row">fold</th><td class="number">0.8</td>' in told
    assert 'width="25.0%"' in told
    assert '<th scope="row">in all</th><td class="number">3.8</td>' in told
    assert "6 read, 3 articles, 3 rejects" in told


def test_it_counts_rejects_by_reason_and_lists_each(told: str) -> None:
    """What follows a colon is of one record, unless a field's name alone stands before it."""
    assert "3 records became no article:" in told
    assert "<li><bdi>not JSON</bdi>: 2</li>" in told
    assert "<li><bdi>text: got int, expected text</bdi>: 1</li>" in told
    assert "<bdi>not JSON: at 9</bdi>" in told
    assert "<bdi>in.jsonl</bdi>: 1,234</td>" in told
    assert "<bdi>b.csv</bdi></td>" in told


def test_many_rejects_go_on_over_further_pages(tmp_path: Path) -> None:
    """Each is listed once, and no page is giant."""
    rows = [
        {"input": "in.jsonl", "position": n, "reason": "not JSON", "excerpt": f"[{n}]" + "x" * 300}
        for n in range(1000)
    ]
    write_site(small() | {"rejects": table("rejects", rows)}, tmp_path / "report", About("x"))
    names = sorted(path.name for path in (tmp_path / "report").glob("run*.html"))
    assert len(names) > 2
    pages = [page(tmp_path / "report", name) for name in names]
    assert max(map(len, pages)) < 150_000
    every = "".join(pages)
    assert all(every.count(f"<bdi>[{n}]x") == 1 for n in range(1000))


def test_an_archive_lists_its_runs_the_latest_first(tmp_path: Path) -> None:
    """A run's kind, seconds and counts; no more than a hundred, and how many are left out."""
    runs = pa.table(
        {
            "number": range(1, 104),
            "kind": ["run"] * 102 + ["rebuild"],
            "began": [NOON + timedelta(hours=n) for n in range(103)],
            "committed": [NOON + timedelta(hours=n, seconds=90) for n in range(103)],
            "counts": ['{"new": 5, "settings": "x"}'] * 103,
        }
    )
    write_site(small(), tmp_path / "report", About("the archive news", runs=runs))
    told = page(tmp_path / "report")
    assert "the latest first; 3 earlier ones are in its table" in told
    assert told.index("<td>rebuild</td>") < told.index("<td>run</td>")
    assert told.count('<td class="number">90.0</td><td>5 new</td>') == 100


def test_without_a_run_it_says_how_to_get_its_seconds(tmp_path: Path) -> None:
    """An export folder knows no seconds."""
    write_site(small(), tmp_path / "report", About("the export folder x"))
    assert "storyfold run … --report" in page(tmp_path / "report")
