"""What commands that look at results print."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType


def give(rows: Iterable[Any], page: "Callable[[], RenderableType]", *, json: bool) -> None:
    """Print rows as lines of JSON for pipes, or else a page for people."""
    from rich.console import Console

    from pipeline.look import terminal

    if json:
        print(terminal.json_lines(rows))
    else:
        terminal.show(Console(), page())
