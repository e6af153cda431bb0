"""Templates to pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.export import web_url
from pipeline.report import words

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Paper:
    """What pages are made with."""

    folder: Path
    """Of the report that is being written."""
    environment: Environment
    parts: Any
    """Macros: each gives a part of a page."""
    known: dict[str, str]
    """What every page is given."""
    folders: set[Path] = field(default_factory=set)
    """Those that were made."""

    def write(self, name: str, template: str, **known: Any) -> None:
        """Write one page.

        Parameters
        ----------
        name : str
            Path within the report.
        template : str
        **known
            What the template asks for.
        """
        root = "../" * name.count("/")
        text = self.environment.get_template(template).render(root=root, **known)
        path = self.folder / name
        if path.parent not in self.folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(path.parent)
        path.write_text(text, "utf-8", newline="\n")


def paper(folder: Path, **known: str) -> Paper:
    """Prepare to write pages into a folder; every page is given what is ``known``.

    Every value is escaped where a template shows it. A template that asks for something that
    is not there fails.
    """
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "clean": words.clean,
        "headline": words.headline,
        "moment": words.moment,
        "iso": words.iso,
        "delay": words.delay,
        "length": words.length,
        "counted": words.counted,
        "count": "{:,}".format,
        "web_url": web_url,
        "percent": words.percent,
    }
    parts: Any = environment.get_template("parts.html").module
    environment.globals |= {"parts": parts, "part": _part, "here": "", **known}
    return Paper(folder, environment, parts, known)


def cut(rows: Iterable[Markup], budget: int) -> list[list[Markup]]:
    """Part rows into pages of at most so many bytes; a row is never cut.

    Parameters
    ----------
    rows : iterable of Markup
    budget : int
        Bytes in UTF-8.

    Returns
    -------
    list of list of Markup
        Every row once, in order; no page is empty.
    """
    pages: list[list[Markup]] = []
    left = 0
    for row in rows:
        size = len(row.encode())
        if not pages or size > left:
            pages.append([])
            left = budget
        pages[-1].append(row)
        left -= size
    return pages


def drawn(macro: Callable[..., Markup], rows: Iterable[Any], *known: Any) -> Iterable[Markup]:
    """Draw each row by a macro."""
    return (macro(row, *known) for row in rows)


def _part(number: int, many: int) -> str:
    return f", part {number} of {many}" if many > 1 else ""
