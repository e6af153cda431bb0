"""The script that chooses the edge model: its search, its cuts, and what it writes."""

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.stories import edges as models
from tests.benchmarks import edges
from tests.benchmarks.edges import GRID, STRAYS, THRESHOLDS, Best, Choice, Scores

ORIGINAL = models.PATH


def test_the_search_climbs_to_the_best_of_the_grid() -> None:
    """One parameter after another, with threshold and stray, to the top of a single hill."""
    top = Choice(3.0, 0.25, (0.6, 0.3, 0.1), 0.35)
    target = np.array([3.0, 0.25, 0.6, 0.3, 0.1, 0.35])

    def hill(choice: Choice) -> Scores:
        here = np.array([*choice[:2], *choice.weights, choice.crowding])
        table = np.zeros((len(THRESHOLDS), len(STRAYS)))
        table[4, 1] = 1 - np.abs(here - target).sum() / 10
        return table

    best = edges.search(hill, Choice(4.0, 1.5, (0.57, 0.3, 0.13), 0.5), tuple(GRID))
    assert (best.choice, best.threshold, best.stray) == (top, 4, 1)
    assert best.worth == pytest.approx(1.0)


def test_a_model_is_written_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was found out about it; the other models and the head of the file stay."""
    copy = tmp_path / "edges.toml"
    copy.write_bytes(models.PATH.read_bytes())
    monkeypatch.setattr(models, "PATH", copy)
    best = Best(0.9, Choice(2.5, 0.0, (0.6, 0.3, 0.1), 0.35), 2, 0)
    edges.write("excerpts", edges.section("excerpts", best, ["first", "second"]))
    before, after = (tomllib.loads(path.read_text("utf-8")) for path in (ORIGINAL, copy))
    assert list(after) == list(before)
    assert {name: after[name] for name in ("full", "headlines")} == {
        name: before[name] for name in ("full", "headlines")
    }
    assert after["excerpts"]["threshold"] == THRESHOLDS[2]
    assert after["excerpts"]["stray"] == STRAYS[0]
    assert after["excerpts"]["words"] == before["excerpts"]["words"]
    assert "# first\n# second\n[excerpts]\n" in copy.read_text("utf-8")
    assert copy.read_text("utf-8").startswith(ORIGINAL.read_text("utf-8").partition("\n\n")[0])


def test_texts_are_cut_between_words() -> None:
    """To so many characters at most, and to nothing where only headlines are wanted."""
    table = pa.table({"text": pa.array(["one two three", "short", ""], pa.large_string())})
    assert edges.cut_to_characters(9, table)["text"].to_pylist() == ["one two", "short", ""]
    assert edges.cut_to_characters(7, table)["text"].to_pylist() == ["one two", "short", ""]
    assert edges.cut_to_characters(0, table)["text"].to_pylist() == ["", "", ""]
