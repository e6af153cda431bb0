"""Stories hardly depend on how the stream of articles was cut into batches."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.settings import Settings
from tests.archive.runs import article, prose
from tests.archive.test_continuing import FLOOD, VOTE, report
from tests.benchmarks.cuts import Outcome, agreements, outcomes

DAYS = 8
MARKET = "Shares closed higher in Lindholm as traders weighed rates, oil and bonds of the day."


def unlike_others(n: int) -> str:
    """Give a text of its own words: what two texts share by chance may fall either way."""
    return " ".join(f"{word}o{n}" for word in prose(1000 + n, 60).split())


def stream() -> list[dict[str, Any]]:
    """Give eight days: two events, an update, a roundup, a report that recurs, and other news."""
    other = [article(f"o{n:03}", unlike_others(n), n / 10) for n in range(10 * DAYS)]
    flood = [report(f"flood{n}", FLOOD, n / 2, n) for n in range(4)]
    vote = [report(f"vote{n}", VOTE, 4 + n / 2, 10 + n) for n in range(4)]
    copy = flood[0] | {"id": "copy", "published": article("", "", 6)["published"]}
    old = article("old", prose(1), 0.3, title="Harbour tunnel approved", source="Wire")
    new = article("new", f"{prose(2, 300)} {old['text']}", 7.2, title="Tunnel opens", source="Wire")
    parts = [article(f"part{n}", prose(20 + n), 3, title=prose(30 + n, 4)) for n in range(2)]
    both = " ".join(part["text"] for part in parts)
    roundup = article("roundup", both, 3.4, title="The day in brief")
    market = [
        article(f"market{day}", f"{MARKET} {prose(40 + day, 15)}", day + 0.7, title="Market report")
        for day in range(DAYS)
    ]
    return [*other, *flood, *vote, copy, old, new, *parts, roundup, *market]


def assert_all_agree(tmp_path: Path, *cuts: str) -> None:
    file = tmp_path / "stream.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, stream())))
    found = outcomes(file, list(cuts), Settings(threads=1), raw=False)
    for one in found:
        assert_told_apart(one)
    for agreement in agreements(found):
        assert agreement.reposts_apart == 0, agreement
        assert agreement.bcubed_f1 > 0.99, agreement


def assert_told_apart(found: Outcome) -> None:
    """Each thing is what it is, in every cut."""
    story = found.story
    assert [row["article_id"] for row in found.reposts] == ["copy"]
    assert story["copy"] == story["flood0"], found.name
    assert len({story[f"vote{n}"] for n in range(4)}) == 1, found.name
    assert story["new"] == story["old"], found.name
    assert len({story[name] for name in ("part0", "part1", "roundup")}) == 3, found.name
    assert len({story[f"market{day}"] for day in range(DAYS)}) == DAYS, found.name


def test_stories_of_a_stream_by_days_are_those_of_one_batch(tmp_path: Path) -> None:
    """Also of updates, roundups and forms that recur, which later days bring to light."""
    assert_all_agree(tmp_path, "whole", "daily")


@pytest.mark.slow
def test_stories_of_a_stream_by_hours_are_those_of_one_batch(tmp_path: Path) -> None:
    """The same, a hundred runs instead of eight."""
    assert_all_agree(tmp_path, "whole", "hourly")
