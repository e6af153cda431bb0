"""The sample: made by its generator, and what its README says it is."""

import csv
import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from pipeline.evaluate import score_reposts, score_stories
from pipeline.run import run
from pipeline.settings import Settings

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


def content(path: Path) -> bytes:
    """Give what a file holds; gzip's own bytes differ from one zlib to another."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Give the text of each article, as its outlet delivers it: for pages, all of the page."""
    found = {path.stem: path.read_text("utf-8") for path in (SAMPLE / "input/pages").glob("*.txt")}
    for name in ("wire.jsonl", "sites.jsonl.gz"):
        for line in content(SAMPLE / "input" / name).splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            named = (record.get(name) for name in ("text", "content", "body", "articleBody"))
            text = next((text for text in named if text), record.get("page_text"))
            if isinstance(text, str):
                found[record["id"]] = text
    return found


def test_the_generator_makes_the_committed_files(tmp_path: Path) -> None:
    """Nobody has edited the output by hand, or the bank without running the generator."""
    command = [sys.executable, str(SAMPLE / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    kept = [*(SAMPLE / "input").rglob("*"), SAMPLE / "labels.csv", SAMPLE / "reposts.csv"]
    committed = {path.relative_to(SAMPLE): path for path in kept if path.is_file()}
    assert set(made) == set(committed)
    for name, path in made.items():
        assert content(path) == content(committed[name]), name


def test_every_article_has_a_label(texts: dict[str, str]) -> None:
    """Labels name all articles that can be read, and no others."""
    assert {row["id"] for row in rows("labels.csv")} == set(texts)
    assert {row["id"] for row in rows("labels.csv")} >= {
        row[name] for row in rows("reposts.csv") for name in ("article_id", "kept_id")
    }


def test_reposts_stay_within_their_story() -> None:
    """A repost tells of the event of its original, and no original is itself a repost."""
    story = {row["id"]: row["story"] for row in rows("labels.csv")}
    originals = {row["kept_id"] for row in rows("reposts.csv")}
    for row in rows("reposts.csv"):
        assert story[row["article_id"]] == story[row["kept_id"]]
        assert row["article_id"] not in originals
    assert {row["relation"] for row in rows("reposts.csv")} == {"exact", "near", "excerpt"}


def test_only_reposts_share_their_text(texts: dict[str, str]) -> None:
    """Articles of one event that are no reposts are worded on their own."""
    original = {row["article_id"]: row["kept_id"] for row in rows("reposts.csv")}
    of = {name: shingles(text) for name, text in texts.items()}
    for left, right in combinations(sorted(texts), 2):
        shared = len(of[left] & of[right])
        if original.get(left, left) != original.get(right, right):
            assert shared < 0.5 * len(of[left] | of[right]), (left, right)


def test_stories_have_the_sizes_told() -> None:
    """Some twenty events with 2 to 14 articles, the rest alone."""
    sizes = Counter(row["story"] for row in rows("labels.csv"))
    several = [size for size in sizes.values() if size > 1]
    assert 18 <= len(several) <= 25
    assert max(several) <= 14
    assert 180 <= sum(sizes.values()) <= 220


def test_a_run_finds_the_stories_and_reposts(tmp_path: Path) -> None:
    """The chain, with its default settings, comes near the labels, and drops what is broken."""
    run([str(SAMPLE / "input")], tmp_path, Settings())
    rejects = (tmp_path / "rejects.jsonl").read_text("utf-8").splitlines()
    assert len(rejects) == 5
    assert all(json.loads(line)["input"].endswith("wire.jsonl") for line in rejects)
    stories = score_stories(SAMPLE / "labels.csv", tmp_path)
    assert stories.missing_articles == 0
    assert stories.bcubed_f1 > 0.7  # far-off follow-ups stay apart
    reposts = score_reposts(SAMPLE / "reposts.csv", tmp_path)
    assert reposts.resolved > 0.9
    assert reposts.precision > 0.9
