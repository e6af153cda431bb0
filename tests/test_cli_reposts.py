"""The commands for reposts: what a curator types and reads."""

import json
import random
from pathlib import Path

import orjson
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import StoryfoldError
from tests.test_cli import storyfold


def prose(seed: int, n_words: int = 200) -> str:
    return " ".join(random.Random(seed).choices([f"w{n}" for n in range(3000)], k=n_words))


TEXT = prose(1)
_TEXTS = {
    "wire": TEXT,
    "exact": TEXT,
    "near": " ".join(TEXT.split()[:185]),
    "part": " ".join(TEXT.split()[:90]),
    "other": prose(2),
}
OWN = ("wire", "other")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with records, and with the results and the archive of a run on them."""
    place = tmp_path_factory.mktemp("reposts")
    lines = [
        orjson.dumps(
            {
                "id": name,
                "text": text,
                "title": f"The {name} one, in [brackets]",
                "source": "Wire" if name == "wire" else "Daily",
                "published": f"2021-03-0{day}T06:00:00Z",
                "mood": "calm",
            }
        )
        for day, (name, text) in enumerate(_TEXTS.items(), 1)
    ]
    (place / "in.jsonl").write_bytes(b"\n".join([*lines, b"no object"]))
    done = storyfold("run", "in.jsonl", "--archive", "archive", "--out", "results", cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def listed(folder: Path, *arguments: str) -> list[str]:
    """Give the ids of the reposts that the command lists as JSON."""
    where = [str(folder / one) if one in ("results", "archive") else one for one in arguments]
    done = CliRunner().invoke(app, ["duplicates", *where, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line)["article_id"] for line in done.output.splitlines() if line]


def test_dedup_writes_kept_records_and_says_how_many(folder: Path) -> None:
    """Two texts are kept, in the columns that they came with."""
    done = storyfold("dedup", "in.jsonl", "--out", "kept.jsonl", "--lists", "lists", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "5 articles, 3 reposts, 1 rejects: 2 records in kept.jsonl\n"
    kept = [json.loads(line) for line in (folder / "kept.jsonl").read_text().splitlines()]
    assert [(row["id"], row["mood"]) for row in kept] == [("wire", "calm"), ("other", "calm")]
    assert (folder / "lists" / "keep.txt").read_text().split() == ["other", "wire"]
    assert (folder / "lists" / "drop.txt").read_text().split() == ["exact", "near", "part"]


def test_dedup_marks_reposts_where_all_are_wanted(folder: Path) -> None:
    """With --all every record is there, and a repost names the record that stands for it."""
    done = storyfold("dedup", "in.jsonl", "--out", "all.jsonl", "--all", "--quiet", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    lines = (folder / "all.jsonl").read_bytes().splitlines()
    rows = [orjson.loads(line) for line in lines if line.startswith(b"{")]
    assert {row["id"]: row["dedup_kept_id"] for row in rows if row["id"] not in OWN} == {
        "exact": "wire",
        "near": "wire",
        "part": "wire",
    }


def test_dedup_writes_no_kind_but_its_own(folder: Path) -> None:
    """A name that promises something else is refused, before anything is read."""
    done = storyfold("dedup", "in.jsonl", "--out", "kept.jsonl.gz", cwd=folder)
    assert done.returncode == 1
    assert "ends in .jsonl, .ndjson or .parquet" in done.stderr
    assert not (folder / "kept.jsonl.gz").exists()


@pytest.mark.parametrize("place", [("--export", "results"), ("--archive", "archive")])
def test_duplicates_of_results_and_of_an_archive(folder: Path, place: tuple[str, str]) -> None:
    """Both hold the same reposts, and each filter lets through what it names."""
    assert listed(folder, *place) == ["exact", "near", "part"]
    assert listed(folder, *place, "--relation", "near") == ["near"]
    assert listed(folder, *place, "--source", "Nobody") == []
    assert listed(folder, *place, "--kept", "wire", "--limit", "1") == ["exact"]
    assert listed(folder, *place, "--since", "2021-03-03", "--until", "2021-03-03") == ["near"]
    assert listed(folder, *place, "--above", "1") == ["exact", "near", "part"]
    assert listed(folder, *place, "--recut", "--set", "dedup.containment=1.0") != []


def test_duplicates_are_told_within_the_terminal(folder: Path) -> None:
    """Under the kept article, with relation, overlap and delay; no colour, no overflow."""
    done = storyfold("duplicates", "--export", "results", "--limit", "2", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert all(cell_len(line) <= 100 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    words = " ".join(done.stdout.split())
    assert "The wire one, in [brackets] Wire" in words
    assert "+24 hours exact 1.000 1.000 └ The exact one, in [brackets]" in words
    assert words.endswith("3 reposts, 1 of them not shown: --limit 3")


def test_pairs_around_the_thresholds_are_told(folder: Path) -> None:
    """For people and for programs, the nearest to a threshold first."""
    done = storyfold("duplicates", "--export", "results", "--borderline", cwd=folder)
    assert "pairs around the thresholds" in done.stdout
    lines = storyfold("duplicates", "--export", "results", "--borderline", "--json", cwd=folder)
    rows = [json.loads(line) for line in lines.stdout.splitlines()]
    assert rows
    assert [abs(row["distance"]) for row in rows] == sorted(abs(row["distance"]) for row in rows)


def test_lists_are_those_of_the_recut(folder: Path) -> None:
    """Where a near copy is none any longer, it is an excerpt; the lists have all of them."""
    recut = ("--export", "results", "--recut", "--set", "dedup.jaccard=0.99")
    assert listed(folder, *recut, "--relation", "near") == []
    assert listed(folder, *recut, "--relation", "excerpt") == ["near", "part"]
    listed(folder, *recut, "--lists", str(folder / "recut"))
    assert (folder / "recut" / "drop.txt").read_text().split() == ["exact", "near", "part"]


@pytest.mark.parametrize("place", ["--export", "--archive"])
def test_where_there_are_no_results_it_fails(tmp_path: Path, place: str) -> None:
    """An absent folder and an absent archive are errors that name it."""
    with pytest.raises(StoryfoldError, match="absent"):
        CliRunner().invoke(
            app, ["duplicates", place, str(tmp_path / "absent")], catch_exceptions=False
        )
