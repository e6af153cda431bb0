"""The threshold that fits a user's labels."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.evaluate import score_stories
from pipeline.evaluate.tune import Trial, best, tune
from pipeline.run import run
from pipeline.settings import Settings, StorySettings

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
INPUT = [str(SAMPLE / "input")]
LABELS = SAMPLE / "labels.csv"


def test_a_trial_scores_what_a_run_would(tmp_path: Path) -> None:
    """The score of a threshold is that of a run with it."""
    (trial,) = tune(INPUT, LABELS, Settings(), [0.2])
    run(INPUT, tmp_path, Settings(stories=StorySettings(threshold=0.2)))
    scored = score_stories(LABELS, tmp_path)
    assert trial.f1 == pytest.approx(scored.bcubed_f1)
    assert trial.precision == pytest.approx(scored.bcubed_precision)
    assert trial.largest == scored.largest_exported_story


def test_stories_fall_apart_as_the_threshold_rises() -> None:
    """Stories only fall apart as the threshold rises: the largest never grows."""
    trials = tune(INPUT, LABELS, Settings(), [0.08, 0.2, 0.5, 1.0])
    assert [trial.threshold for trial in trials] == [0.08, 0.2, 0.5, 1.0]
    assert trials[0].largest >= trials[1].largest >= trials[2].largest >= trials[3].largest
    assert trials[0].recall > trials[3].recall


def test_the_middle_of_the_best_is_chosen() -> None:
    """Of thresholds that score the same, the one in the middle is the safest."""
    scores = {0.1: 0.7, 0.2: 0.9, 0.3: 0.901, 0.4: 0.9, 0.5: 0.6}
    assert best([Trial(t, f1, f1, f1, 1) for t, f1 in scores.items()]).threshold == 0.3


def test_labels_of_other_articles_are_an_error(tmp_path: Path) -> None:
    """Labels that name no article of the inputs say so."""
    labels = tmp_path / "labels.csv"
    labels.write_text("id,story\nnobody,one\nnothing,one\n")
    with pytest.raises(InputError, match="no two articles of the inputs share a label"):
        tune(INPUT, labels, Settings(), [0.1])


def test_the_command_writes_settings_that_a_run_reads(tmp_path: Path) -> None:
    """`storyfold tune` shows every threshold and writes a file, but over none that exists."""
    out = tmp_path / "storyfold.toml"
    arguments = ["tune", str(LABELS), *INPUT, "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    written = tomllib.loads(out.read_text("utf-8"))
    assert Settings(**written).stories.threshold == written["stories"]["threshold"]
    assert "BCubed F1" in result.output
    again = CliRunner().invoke(app, arguments)
    assert "exists already" in str(again.exception)
