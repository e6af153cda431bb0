"""What a run added to the stories of an archive."""

from pathlib import Path
from typing import Any

from pipeline import continued
from pipeline.archive import open_archive
from pipeline.settings import Settings
from tests.archive.runs import article, batch, prose

FLOOD = "flood river levee Lindholm evacuated homes sandbags crest rain bridge mayor shelter"


def report(name: str, hours: float, source: str | None) -> dict[str, Any]:
    """Write an article of the flood, by a source, so many hours after the first day began."""
    words = FLOOD.split()
    seed = sum(map(ord, name))
    text = " ".join(words[(k + seed) % len(words)] for k in range(40)) + " " + prose(seed, 12)
    return article(name, text, hours / 24, title="Flood at Lindholm", source=source)


def grown(folder: Path, hours: float = 1.0) -> list[dict[str, Any]]:
    past = open_archive(str(folder / "archive"), Settings())
    found = continued.growth(past, past.last_run, hours).to_pylist()
    return [row for row in found if row["title"] == "Flood at Lindholm"]


def test_growth_is_what_the_last_run_added(tmp_path: Path) -> None:
    """A story is born, then grows by articles and sources; who tells it fast is fresh."""
    other = [article(f"o{n:03}", prose(1000 + n, 60), n / 40) for n in range(40)]
    batch(tmp_path, [*other, report("a", 0, "one"), report("b", 1, "two")])
    (born,) = grown(tmp_path)
    assert (born["event"], born["articles"], born["articles_before"]) == ("born", 2, 0)
    assert (born["sources"], born["sources_before"], born["fresh_sources"]) == (2, 0, 2)
    later = [report("c", 30, "three"), report("d", 30.5, "four"), report("e", 30.6, "four")]
    batch(tmp_path, [*later, report("f", 29, "one"), report("g", 30.6, None)])
    (grew,) = grown(tmp_path)
    assert (grew["event"], grew["story_id"]) == ("grew", born["story_id"])
    assert (grew["articles"], grew["articles_before"]) == (7, 2)
    assert (grew["sources"], grew["sources_before"]) == (4, 2)
    assert (grew["fresh_sources"], grew["fresh_sources_before"]) == (2, 2)
    assert grown(tmp_path, hours=2)[0]["fresh_sources"] == 3


def test_a_run_that_touched_nothing_grew_nothing(tmp_path: Path) -> None:
    """The same articles again are known: no story grew."""
    for _ in range(2):
        batch(tmp_path, [report("a", 0, "one"), report("b", 1, "two")])
    assert grown(tmp_path) == []
