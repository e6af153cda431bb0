"""Stories on a terminal: tables as wide as it is, paged where they are longer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.look.explain import Explanation
from pipeline.look.story import StoryView


def show(console: Console, shown: RenderableType) -> None:
    """Print; through a pager where it is longer than the terminal that it is printed on."""
    if console.is_terminal:
        with console.capture() as captured:
            console.print(shown)
        if captured.get().count("\n") > console.height:
            with console.pager(styles=True):
                console.print(shown)
            return
    console.print(shown)


def json_lines(rows: Iterable[Any]) -> str:
    """Write each row as one line of JSON."""
    return "\n".join(orjson.dumps(row, default=_plain).decode() for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, pa.Table):
        return value.to_pylist()
    return value.total_seconds()  # a duration


def stories_table(rows: Iterable[dict[str, Any]]) -> Table:
    """List stories: articles and reposts, first day, headline with keywords, id."""
    table = new_table(None, ">articles", ">reposts", "from", "story")
    table.add_column("id", no_wrap=True)
    for row in rows:
        told = Text(row["title"] or "", style="bold", overflow="fold")
        told.append(f"\n{', '.join(row['keywords'] or ())}", style="not bold dim")
        day = _moment(row["first_published"])[:10]
        table.add_row(f"{row['articles']:,}", f"{row['reposts']:,}", day, told, row["story_id"])
    return table


def story_page(view: StoryView) -> Group:
    """Tell a story: its row, outlets, articles with their reposts, growth, links."""
    row = view.story
    head = Text(row["title"] or "", style="bold")
    for line in (row["lead"], ", ".join(row["keywords"] or ())):
        head.append(f"\n{line}" if line else "", style="not bold")
    head.append(
        f"\n{row['articles']:,} articles, {row['reposts']:,} reposts, {row['sources']:,} sources; "
        f"{_moment(row['first_published'])} to {_moment(row['last_published'])}; {row['status']}",
        style="not bold dim",
    )
    return Group(
        head, *(part for part in (_outlets(view), _tree(view), _growth(view), _links(view)) if part)
    )


def _outlets(view: StoryView) -> Table:
    table = new_table("Outlets", "outlet", "first report", ">behind", ">articles", ">reposts")
    for row in view.outlets.to_pylist():
        behind = "" if row["delay"] is None else _duration(row["delay"].total_seconds())
        table.add_row(
            Text(row["source"] or "unknown"), _moment(row["published"]), behind,
            str(row["articles"]), str(row["reposts"]),
        )  # fmt: skip
    return table


def _tree(view: StoryView) -> Table:
    table = new_table("Articles, and their reposts", "published", "article", "id")
    for kept in view.kept():
        table.add_row(*_member(kept.article, ""))
        for row in kept.reposts:
            figures = f"{row['relation']} {row['jaccard']:.2f}" if row["relation"] else ""
            table.add_row(*_member(row, f"└ {figures} "))
    return table


def _member(row: dict[str, Any], before: str) -> tuple[str, Text, Text]:
    told = Text(before, style="dim").append(row["title"] or "", style="not dim")
    told.append(f"  {row['source'] or ''}", style="dim")
    return _moment(row["published"]), told, Text(row["article_id"])


def _growth(view: StoryView) -> Table | None:
    rows = view.growth.to_pylist()
    if not rows:
        return None
    table = new_table("Growth by the hour", "hour", ">articles", ">reposts", ">total", "")
    for row in rows:
        bar = "█" * max(1, round(30 * row["total"] / rows[-1]["total"]))
        table.add_row(
            _moment(row["hour"]), str(row["articles"]), str(row["reposts"]), str(row["total"]), bar
        )
    return table


def _links(view: StoryView) -> Table | None:
    if not len(view.links):
        return None
    table = new_table("Linked stories", "", ">similarity", "story", "id")
    for row in view.links.to_pylist():
        told = Text(row["title"] or "").append(f"  {', '.join(row['terms'] or ())}", style="dim")
        table.add_row(row["kind"], f"{row['similarity']:.2f}", told, row["other_id"])
    return table


def _place(why: Explanation) -> str:
    """Say in sentences what put an article where it is."""
    joining = f"groups join from {why.threshold:.3f}"
    single = f"one article alone joins a group from {why.stray_threshold:.3f}"
    if why.roundup:
        return (
            "A roundup: it contains articles unrelated to each other, so it joins no story, "
            "whatever it scores."
        )
    if why.members == 1:
        return f"Alone in its story; {joining}, {single}."
    where = (
        f"In a story of {why.members:,} kept articles: it scores {why.score:.3f} on average with "
        "the others"
    )
    if why.stray:
        return f"{where}. The story was found without it; {single}."
    return f"{where}; {joining}."


def explanation_page(why: Explanation) -> Group:
    """Tell why an article is in its story."""
    head = Text(why.article["title"] or why.article["article_id"], style="bold")
    if why.repost:
        fold = why.repost
        head.append(
            f"\na repost ({fold['relation']}) of {fold['article_id']}, {fold['title'] or ''}: "
            f"Jaccard {fold['jaccard']:.2f}, containment {fold['containment']:.2f}, "
            f"{fold['shared_shingles']:,} shared shingles. What follows is of that article.",
            style="not bold",
        )
    head.append(
        f"\n{_place(why)} Compared among {why.among:,} articles of its language.",
        style="not bold",
    )
    nearest = new_table(
        "Nearest articles", ">score", ">text", ">lead", ">headline", ">days", "article", "shared"
    )
    for row in why.nearest:
        figures = (f"{row[name]:.3f}" for name in ("score", "text", "lead", "headline"))
        days = "?" if row["days"] is None else f"{row['days']:.1f}"
        told = Text(row["title"] or row["article_id"], style="" if row["member"] else "dim")
        told.append("" if row["member"] else " (another story)", style="dim")
        nearest.add_row(*figures, days, told, Text(", ".join(row["terms"])))
    close = new_table("Stories that came close", ">score", ">articles", "earliest article")
    for row in why.close:
        close.add_row(f"{row['score']:.3f}", str(row["articles"]), Text(row["title"] or ""))
    compared = new_table("Texts compared", "relation", ">Jaccard", ">containment", "article")
    for row in why.compared:
        figures = (f"{row[name]:.2f}" for name in ("jaccard", "containment"))
        compared.add_row(row["relation"], *figures, Text(row["title"] or row["article_id"]))
    tables = (nearest, close, compared)
    return Group(head, *(table for table in tables if table.row_count))


def new_table(title: str | None, *names: str) -> Table:
    """Begin a table; ``>`` marks columns of numbers, and those of words may fold."""
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    for name in names:
        right = name.startswith(">")
        plain = right or name in ("published", "first report", "hour", "from", "relation")
        justify: Any = "right" if right else "left"
        table.add_column(name.lstrip(">"), justify=justify, overflow="fold", no_wrap=plain)
    return table


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "no date"


def _duration(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours // 24} d {hours % 24} h" if hours >= 48 else f"{hours}:{minutes:02d}"
