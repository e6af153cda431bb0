"""Fixtures that every part of the suite may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("storyfold", deadline=None)  # no test times anything
settings.load_profile("storyfold")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the development corpora; skips the test where there is none."""
    folder = Path(os.environ.get("STORYFOLD_CORPORA", ROOT.parent / "shared" / "corpora"))
    if folder.is_dir():
        return folder
    message = f"no development corpora at {folder} (STORYFOLD_CORPORA names another folder)"
    if os.environ.get("STORYFOLD_REQUIRE_CORPORA"):
        pytest.fail(message)
    pytest.skip(message)
