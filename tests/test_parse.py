"""`storyfold parse`: what was understood of each record, and what was cut from it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app

BODY = (
    "The last ferry to Sandholm left at noon on Friday, ending a service of ninety years.",
    "Its captain handed the keys to the mayor, who had come to the pier with the town's band.",
    "From Monday on the island will be reached by the new bridge, which cost forty millions.",
)
PAGE = """Home
Politics
Last Ferry to Sandholm Sails
By Ada Writer
Friday 9 July 2021 - 18:05
{}
Photo: Jo Miller
Share this on Facebook
Comments
Related stories
Harbour Strike Enters Third Week
All rights reserved
Read the Courier on paper: three months for the price of one.
"""
FOOTER = "Read the Courier on paper: three months for the price of one."


def parsed(folder: Path, *flags: str) -> list[dict[str, Any]]:
    """Run the command, and give what it wrote."""
    out = folder / "parsed.jsonl"
    result = CliRunner().invoke(app, ["parse", str(folder / "in.jsonl"), "--out", str(out), *flags])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def write(folder: Path, rows: list[dict[str, str]]) -> None:
    (folder / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")


def test_the_lines_of_a_page_are_text_or_cut_by_kind(tmp_path: Path) -> None:
    """Every line is in one of both, and what was cut says why."""
    write(tmp_path, [{"id": "a", "page_text": PAGE.format("\n".join(BODY))}])
    [article] = parsed(tmp_path, "--show-cut")
    assert article["text"].split("\n\n") == list(BODY)
    kinds = {cut["line"]: cut["kind"] for cut in article["cut"]}
    assert kinds["Last Ferry to Sandholm Sails"] == "headline"
    assert kinds["Friday 9 July 2021 - 18:05"] == "date"
    assert kinds["By Ada Writer"] == "byline"
    assert kinds["Home"] == "navigation"
    assert kinds["Photo: Jo Miller"] == "caption"
    assert kinds["Share this on Facebook"] == "sharing"
    assert kinds["Comments"] == "comments"
    assert kinds["Related stories"] == "related"
    assert kinds["All rights reserved"] == "advertising"
    assert kinds["Harbour Strike Enters Third Week"] == "text below the body"
    shown = [*BODY, *(cut["line"] for cut in article["cut"])]
    assert sorted(shown) == sorted(PAGE.format("\n".join(BODY)).splitlines())


def test_lines_that_a_site_repeats_are_cut_as_such(tmp_path: Path) -> None:
    """From pages, and from the ends of texts."""
    pages = [
        {
            "id": f"p{at}",
            "url": f"https://courier.example/{at}",
            "page_text": PAGE.format("\n".join(f"{line} Part {at}." for line in BODY)),
        }
        for at in range(6)
    ]
    texts = [
        {"id": f"t{at}", "source": "gazette.example", "text": f"Report {at} of the day. {FOOTER}"}
        for at in range(6)
    ]
    write(tmp_path, [*pages, *texts])
    for article in parsed(tmp_path, "--show-cut"):
        kinds = {cut["line"]: cut["kind"] for cut in article["cut"]}
        assert kinds[FOOTER] == "repeated"
        assert FOOTER not in article["text"]


@pytest.mark.parametrize("flags", [(), ("--show-cut",)])
def test_articles_from_which_nothing_was_cut(tmp_path: Path, flags: tuple[str, ...]) -> None:
    """Have an empty list; without the flag there is none."""
    write(tmp_path, [{"id": "a", "title": "Ferry", "text": BODY[0]}])
    [article] = parsed(tmp_path, *flags)
    assert article["text"] == BODY[0]
    assert article.get("cut") == ([] if flags else None)
