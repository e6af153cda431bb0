"""What a person sees: tables that fit, nothing lost, no colour where it is piped."""

import io
import json
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from pipeline.look import story_view, terminal
from pipeline.look.listing import Filter, chosen
from tests.look.results import tables
from tests.test_cli import storyfold

TITLES = [
    "A headline of a length that no eighty columns hold without being broken somewhere, " * 2,
    "انحراف عبارة قرب جزيرة بيل بعد العاصفة وإنقاذ جميع الركاب من دون إصابات",
    "渡船万寿菊号昨日在北海搁浅乘客乘坐救生艇离开渡船将在涨潮时被拖走",
    "[bold]not markup[/bold]",
]


def printed(shown: RenderableType, width: int) -> str:
    out = io.StringIO()
    terminal.show(Console(file=out, width=width), shown)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 200])
def test_lists_fit_the_terminal(width: int) -> None:
    """No line is wider, in any script; no title and no id is cut."""
    row = tables()["stories"].to_pylist()[0] | {"story_id": "s0123456789abcdef"}
    text = printed(terminal.stories_table([row | {"title": title} for title in TITLES]), width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert text.count("s0123456789abcdef") == len(TITLES)
    squeezed = "".join(text.split())
    assert "[bold]notmarkup[/bold]" in squeezed
    for title in TITLES[1:3] if width == 200 else []:
        assert "".join(title.split()) in squeezed


@pytest.mark.parametrize("width", [80, 200])
def test_a_story_is_told_whole(width: int) -> None:
    """Every member, outlet, hour and link is on the page, within its width."""
    text = printed(terminal.story_page(story_view(tables(), "ferry")), width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    for name in ("f1", "f2", "f3", "f4", "f5", "f6", "wire.example", "1:40", "successor", "tow"):
        assert name in text
    assert "\x1b" not in text


def test_stories_are_filtered_sorted_and_cut() -> None:
    """By words, language, outlet, size and day; the largest or latest first."""

    def ids(sort: str = "size", limit: int = 9, **wanted: object) -> list[str]:
        return chosen(tables(), Filter(**wanted), sort, limit)["story_id"].to_pylist()  # type: ignore[arg-type]

    assert ids() == ["ferry", "tow"]
    assert ids(limit=1) == ["ferry"]
    assert ids(search="FERRY towed") == ["tow"]
    assert ids(source="wire.example") == ["ferry"]
    assert ids(min_articles=2) == ["ferry"]
    assert ids(language="sv") == []
    assert ids(since=datetime(2021, 7, 6)) == []  # noqa: DTZ001 - as typer gives days


def test_commands_print_for_people_and_for_pipes(tmp_path: Path) -> None:
    """Piped, a list has no colour; with --json, each story is a line that a program reads."""
    for name, table in tables().items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    plain = storyfold("stories", "--export", ".", cwd=tmp_path)
    assert plain.returncode == 0, plain.stderr
    assert "Ferry aground" in plain.stdout
    assert "\x1b" not in plain.stdout
    lines = storyfold("stories", "--export", ".", "--json", "--limit", "1", cwd=tmp_path)
    assert json.loads(lines.stdout)["story_id"] == "ferry"
    one = json.loads(storyfold("story", "older", "--export", ".", "--json", cwd=tmp_path).stdout)
    assert one["story"]["story_id"] == "ferry"
    assert [row["delay"] for row in one["outlets"]][:2] == [0.0, 6000.0]


def test_explaining_without_texts_says_what_it_needs(tmp_path: Path) -> None:
    """Results hold no texts: an archive or the inputs are asked for."""
    done = storyfold("explain", "a1", cwd=tmp_path)
    assert done.returncode == 1
    assert "expected --archive DIR, or the inputs" in done.stderr
