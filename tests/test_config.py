"""Settings from a file, the environment and flags."""

from pathlib import Path

import pytest

from pipeline.config import load_settings, parse_assignments
from pipeline.errors import SettingsError
from pipeline.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_anything_the_defaults_hold() -> None:
    """No file, no variable, no flag: the models' defaults."""
    assert load_settings(None, {}) == Settings()


def test_flags_go_before_the_environment_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each layer overrides only what it names."""
    (tmp_path / "storyfold.toml").write_text(
        "threads = 1\n[dedup]\njaccard = 0.6\ncontainment = 0.6\nmargin = 0.1\n"
    )
    monkeypatch.setenv("STORYFOLD_DEDUP__CONTAINMENT", "0.75")
    monkeypatch.setenv("STORYFOLD_DEDUP__MARGIN", "0.05")
    settings = load_settings(None, {"dedup": {"margin": 0.2}})
    assert settings.threads == 1
    assert settings.dedup.jaccard == 0.6
    assert settings.dedup.containment == 0.75
    assert settings.dedup.margin == 0.2


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    """A file that was asked for and is not there is no silent default."""
    with pytest.raises(SettingsError, match="no file at"):
        load_settings(tmp_path / "absent.toml", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dedup]\njaccard = 3\n", r"dedup\.jaccard: .*less than or equal to 1, got 3"),
        ("[dedup]\njacard = 0.5\n", r"dedup\.jacard: Extra inputs are not permitted"),
        ("[dedup\n", "expected TOML"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, message: str) -> None:
    """The error names the setting, what was got, and what is wrong with it."""
    (tmp_path / "storyfold.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        load_settings(None, {})


def test_assignments_nest() -> None:
    """A dotted name finds its stage, and formats are a list."""
    given = ["dedup.jaccard=0.8", "threads=2", "export.formats=csv,jsonl"]
    assert load_settings(None, parse_assignments(given)) == Settings.model_validate(
        {"dedup": {"jaccard": 0.8}, "threads": 2, "export": {"formats": ["csv", "jsonl"]}}
    )


def test_an_assignment_without_equals_is_refused() -> None:
    """The error shows the form."""
    with pytest.raises(SettingsError, match=r"expected stage\.name=value"):
        parse_assignments(["dedup.jaccard"])
