"""Fixtures that every part of the suite may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.places import CORPORA, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

settings.register_profile("storyfold", deadline=None)  # no test times anything
settings.load_profile("storyfold")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the development corpora; skips the test where there is none."""
    if CORPORA.is_dir():
        return CORPORA
    message = f"no development corpora at {CORPORA} (STORYFOLD_CORPORA names another folder)"
    if os.environ.get("STORYFOLD_REQUIRE_CORPORA"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium or Chrome; skips the test where there is none."""
    named = os.environ.get("STORYFOLD_CHROMIUM")
    for name in [named] if named else ["chromium", "chromium-browser", "google-chrome"]:
        if found := shutil.which(name):
            return found
    message = "no browser: install Chromium, or name one in STORYFOLD_CHROMIUM"
    if os.environ.get("STORYFOLD_REQUIRE_BROWSER"):
        pytest.fail(message)
    pytest.skip(message)


# no wider than a module: while a browser is open, its thread can run no other event loop
@pytest.fixture(scope="module")
def browser(chromium: str) -> "Iterator[Browser]":
    """Open a real browser, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """Open an empty page of a desktop's size, in a profile of its own."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Folder for pictures that a person may look at after the tests."""
    folder = ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
