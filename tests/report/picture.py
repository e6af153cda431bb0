"""Draw the README's picture: the report of the sample, as a browser shows it.

    python -m tests.report.picture data/sample/report.png

Letters differ a little from machine to machine, with the fonts that it has.
"""

import os
import shutil
import sys
import tempfile
from base64 import b64encode
from pathlib import Path

from pipeline.run import run
from pipeline.settings import Settings

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "input"
_WIDTH, _HEIGHT = 960, 1120


def draw(out: Path, chromium: str) -> None:
    """Run the sample, and draw the front page beside the page of its largest story."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        settings = Settings.model_validate({"export": {"report": True}})
        run([str(SAMPLE)], Path(folder), settings)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shots = []
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": _WIDTH, "height": _HEIGHT}, color_scheme=scheme
            )
            page = context.new_page()
            page.goto((Path(folder) / "report" / "index.html").as_uri())
            if scheme == "dark":
                page.locator(".story h2 a").first.click()
                page.wait_for_load_state("load")
            shots.append(page.screenshot())
            context.close()
        both = browser.new_page(viewport={"width": 2 * _WIDTH + 24, "height": _HEIGHT})
        pictures = "".join(
            f'<img src="data:image/png;base64,{b64encode(shot).decode()}">' for shot in shots
        )
        both.set_content(
            "<style>body { margin: 0; display: flex; gap: 24px; background: #888 }</style>"
            + pictures
        )
        both.screenshot(path=out)
        browser.close()


def main() -> None:
    """Draw into the file that is named."""
    chromium = shutil.which(os.environ.get("STORYFOLD_CHROMIUM", "chromium"))
    if chromium is None:
        sys.exit("no browser: install Chromium, or name one in STORYFOLD_CHROMIUM")
    draw(Path(sys.argv[1]), chromium)


if __name__ == "__main__":
    main()
