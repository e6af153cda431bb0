"""Pages whose bodies are known, and the true states of their lines."""

import gzip
import json
import re
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.lines import Lines, joined, split_lines
from pipeline.clean.page.states import ABOVE, BELOW, BODY, NOISE

_TOKEN = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|\w+?(?=[\u3040-\u30ff\u3400-\u9fff]|\b)"
)
_SURE = 5  # words in a row that are no chance
_BULLET = re.compile(r"^(?:•|\d+\.)\s+(?=\S)", re.MULTILINE)


class Labelled(NamedTuple):
    """A page with its body as a person took it out."""

    site: str
    page: str
    body: str


def read_labelled(path: Path) -> list[Labelled]:
    """Read JSONL with page_text and article_body; id and url tell the site."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Labelled(_site(row), row["page_text"], row["article_body"]) for row in rows]


def _site(row: dict[str, str]) -> str:
    host = urlsplit(row.get("url") or "").netloc.removeprefix("www.")
    return host or row["id"].partition(":")[2].split("_")[0]


def without_bullets(page: str) -> str:
    """Give the same page as a crawler leaves it that does not mark the items of lists."""
    return _BULLET.sub("", page)


def lines_of(pages: list[Labelled]) -> Lines:
    """Cut the pages into lines."""
    return split_lines(*joined([page.page for page in pages]))


def line_texts(page: str) -> list[str]:
    """Give one page's lines that are not blank, as the kernel cuts them."""
    lines = split_lines(*joined([page]))
    data = page.encode("utf-8", "replace")
    return [data[a:b].decode() for a, b in lines.spans.tolist()]


def true_states(lines: list[str], body: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Align a page with its body.

    Parameters
    ----------
    lines : list of n str
    body : str

    Returns
    -------
    states : int64 array, shape (n,)
    words : float64 array, shape (n,)
        Words of each line, characters of scripts without spaces.
    """
    tokens = [_TOKEN.findall(line.casefold()) for line in lines]
    words = np.array([len(line) for line in tokens], float)
    owner = np.repeat(np.arange(len(lines)), words.astype(int))
    matcher = SequenceMatcher(
        None, [token for line in tokens for token in line], _TOKEN.findall(body.casefold()),
        autojunk=False,
    )  # fmt: skip
    sure, some = np.zeros(len(lines)), np.zeros(len(lines))
    for at, _, size in matcher.get_matching_blocks():
        np.add.at(some, owner[at : at + size], 1)
        if size >= _SURE:
            np.add.at(sure, owner[at : at + size], 1)
    inside = sure >= np.maximum(words / 2, 1)
    states = np.full(len(lines), ABOVE, np.int64)
    if inside.any():
        first, last = np.flatnonzero(inside)[[0, -1]]
        between = slice(first, last + 1)
        inside[between] |= (some == words)[between] & (words > 0)[between]
        states[between] = NOISE
        states[last + 1 :] = BELOW
        states[inside] = BODY
    return states, words
