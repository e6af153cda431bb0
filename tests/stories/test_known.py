"""What repost search knows is heeded: updates share a story, a roundup joins none."""

import random
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq

from pipeline.run import run
from pipeline.settings import Settings

LETTERS = "bcdfghklmnprstvw"


def prose(seed: int, n_words: int = 120) -> str:
    draw = random.Random(seed)
    return " ".join("".join(draw.choices(LETTERS, k=6)) for _ in range(n_words))


def story_of(folder: Path, *batches: list[dict[str, Any]], archive: bool) -> dict[str, str]:
    folder.mkdir()
    known = {"language": "en", "source": "Wire"}
    for rows in batches:
        lines = (orjson.dumps(known | row) for row in rows)
        (folder / "in.jsonl").write_bytes(b"\n".join(lines))
        place = str(folder / "archive") if archive else None
        run([str(folder / "in.jsonl")], folder / "out", Settings(threads=1), archive=place)
    table = pq.read_table(folder / "out" / "articles.parquet")
    return dict(zip(table["article_id"].to_pylist(), table["story_id"].to_pylist(), strict=True))


def test_an_update_is_in_the_story_of_what_it_goes_on_from(tmp_path: Path) -> None:
    """Also where most of it is new, nine days later, and in another batch than the first."""
    old = {"id": "old", "title": "a", "text": prose(1), "published": "2021-03-01"}
    new = {"id": "new", "title": "b", "text": f"{prose(2, 300)} {old['text']}"}
    new["published"] = "2021-03-10"
    once = story_of(tmp_path / "once", [old, new], archive=False)
    assert once["old"] == once["new"]
    between = {"id": "between", "title": "c", "text": prose(3), "published": "2021-03-09"}
    for name, batches in {"in turn": ([old], [between], [new]), "late": ([new], [old])}.items():
        twice = story_of(tmp_path / name, *batches, archive=True)
        assert twice["old"] == twice["new"]
        assert twice.get("between") != twice["new"]


def test_a_roundup_joins_no_stories(tmp_path: Path) -> None:
    """Not in one batch, and not where its parts and it lie in an archive already."""
    day = {"published": "2021-03-01"}
    parts = [{"id": f"part{n}", "title": prose(9 + n, 5), "text": prose(n), **day} for n in (3, 4)]
    whole = " ".join(part["text"] for part in parts)
    both = {"id": "both", "title": "The day in brief", "text": whole, **day}
    alone = {"id": "alone", "title": "Another thing", "text": prose(5), **day}
    once = story_of(tmp_path / "once", [*parts, both], archive=False)
    kept = story_of(tmp_path / "kept", [*parts, both], [alone], archive=True)
    for found in (once, kept):
        assert len({found[name] for name in ("part3", "part4", "both")}) == 3
