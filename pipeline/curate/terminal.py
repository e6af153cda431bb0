"""Reposts and pairs on a terminal."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.curate.duplicates import duration, spread
from pipeline.look.terminal import new_table


def reposts_page(shown: pa.Table, every: pa.Table, articles: pa.Table, limit: int) -> Group:
    """List reposts under the article that is kept for them, each with its outlet and delay.

    Parameters
    ----------
    shown, every : tables of schema.DUPLICATES
        Those wanted, by kept article; and all, which say how far an article was copied.
    articles : table of schema.ARTICLES
    limit : int
        Rows to show.
    """
    rows = shown.slice(0, limit).to_pylist()
    known = _known(articles, rows, "kept_id", "article_id")
    reach = spread(every)
    table = new_table(None, ">behind", "relation", ">Jaccard", ">containment", "article", "id")
    last = None
    for row in rows:
        if row["kept_id"] != last:
            last = row["kept_id"]
            head = _told(known, last, "bold").append(f": {reach[last]}", style="not bold dim")
            table.add_row("", "", "", "", head, Text(last))
        told = Text("└ ", style="dim").append_text(_told(known, row["article_id"]))
        relation = row["relation"] or ""
        table.add_row(_behind(row), relation, *_overlap(row), told, Text(row["article_id"]))
    return _page(table, "reposts", len(shown), limit)


def pairs_page(pairs: pa.Table, articles: pa.Table, limit: int) -> Group:
    """List pairs around the thresholds, the nearest first.

    Parameters
    ----------
    pairs : table
        From `duplicates.borderline`.
    articles : table of schema.ARTICLES
    limit : int
        Rows to show.
    """
    rows = pairs.slice(0, limit).to_pylist()
    known = _known(articles, rows, "article_id", "other_id")
    table = new_table(None, ">distance", "relation", ">Jaccard", ">containment", "article", "id")
    for row in rows:
        first, second = row["article_id"], row["other_id"]
        figures = (f"{row['distance']:+.3f}", row["relation"] or "", *_overlap(row))
        table.add_row(*figures, _told(known, first), Text(first))
        table.add_row("", "", "", "", _told(known, second), Text(second))
    return _page(table, "pairs around the thresholds", len(pairs), limit)


def _page(table: Table, what: str, many: int, limit: int) -> Group:
    left_out = f", {many - limit:,} of them not shown: --limit {many}" if many > limit else ""
    shown: list[RenderableType] = [table] if many else []
    return Group(*shown, Text(f"{many:,} {what}{left_out}"))


def _known(
    articles: pa.Table, rows: Iterable[dict[str, Any]], *columns: str
) -> dict[str, dict[str, Any]]:
    wanted = {row[name] for row in rows for name in columns}
    told = articles.select(["article_id", "source", "title"]).to_pylist()
    return {row["article_id"]: row for row in told if row["article_id"] in wanted}


def _told(known: dict[str, dict[str, Any]], name: str, style: str = "") -> Text:
    row = known.get(name, {"source": None, "title": None})
    told = Text(row["title"] or "", style=style)
    return told.append(f"  {row['source'] or 'unknown outlet'}", style="not bold dim")


def _behind(row: dict[str, Any]) -> str:
    seconds = row["seconds_behind"]
    if seconds is None:
        return "undated"
    return "first" if seconds == 0 else f"+{duration(seconds)}"


def _overlap(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['jaccard']:.3f}", f"{row['containment']:.3f}"
