"""The browser that tests of pages use."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_browser_draws_a_page(page: "Page", screenshots: Path) -> None:
    """A page's script runs, and a picture of it is kept."""
    page.set_content("<title>-</title><p>drawn</p><script>document.title = 'ran'</script>")
    picture = screenshots / "browser.png"
    page.screenshot(path=picture)
    assert page.title() == "ran"
    assert page.get_by_text("drawn").is_visible()
    assert picture.read_bytes().startswith(b"\x89PNG")
