"""Make ``weights.csv``, the line model's weights, from pages whose bodies are known.

    python -m pipeline.clean.page.make_weights PAGES.jsonl.gz [--write]

Prints how well bodies are found on sites that the weights have not seen (cross-validation by
site); with ``--write`` fits all pages and writes the file. The corpus is not shipped.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.features import features
from pipeline.clean.page.labels import (
    Labelled,
    line_texts,
    lines_of,
    read_labelled,
    true_states,
    without_bullets,
)
from pipeline.clean.page.model import Model, find_bodies, write
from pipeline.clean.page.states import BODY
from pipeline.clean.page.training import Examples, train

RIDGE = 0.01
MARGIN = 15.0
ROUNDS = 80
FOLDS = 8
_LEAST_SHINGLES = 50


def examples_of(pages: list[Labelled]) -> tuple[Examples, list[str]]:
    """Label every line of the pages; give the names of the features too."""
    lines = lines_of(pages)
    values, names = features(lines)
    labelled = [true_states(line_texts(page.page), page.body) for page in pages]
    states = np.concatenate([states for states, _ in labelled])
    words = np.concatenate([words for _, words in labelled])
    return Examples(values, states, words, lines.starts), names


def fit(pages: list[Labelled]) -> tuple[Callable[[NDArray[np.bool_]], Model], list[str]]:
    """Prepare pages, each with and without marks of list items; give what fits some of them."""
    both = pages + [page._replace(page=without_bullets(page.page)) for page in pages]
    examples, names = examples_of(both)
    return lambda some: train(examples.only(np.tile(some, 2)), RIDGE, MARGIN, ROUNDS), names


def folds_by_site(pages: list[Labelled], folds: int = FOLDS) -> NDArray[np.int64]:
    """Deal the sites out to folds; give the fold of every page."""
    sites = sorted({page.site for page in pages})
    dealt = dict(
        zip(np.random.default_rng(0).permutation(sites).tolist(), range(len(sites)), strict=True)
    )
    return np.array([dealt[page.site] % folds for page in pages])


def scores(pages: list[Labelled], model: Model) -> NDArray[np.float64]:
    """Give the Jaccard of word 5-shingles of each found body with the true one.

    NaN where the true one has fewer than 50, as in the scorer of the corpus.
    """
    lines = lines_of(pages)
    states = find_bodies(lines, model=model)
    found = []
    for at, page in enumerate(pages):
        inside = states[lines.starts[at] : lines.starts[at + 1]] == BODY
        kept = [text for text, body in zip(line_texts(page.page), inside, strict=True) if body]
        truth, mine = _shingles(page.body), _shingles("\n".join(kept))
        jaccard = len(truth & mine) / len(truth | mine) if truth | mine else 1.0
        found.append(jaccard if len(truth) >= _LEAST_SHINGLES else np.nan)
    return np.array(found)


def cross_validated(
    pages: list[Labelled], variant: Callable[[str], str] = str
) -> NDArray[np.float64]:
    """Score every page by a model that has seen no page of its site."""
    fitted, _ = fit(pages)
    fold = folds_by_site(pages)
    tried = [page._replace(page=variant(page.page)) for page in pages]
    found = np.empty(len(pages))
    for held_out in range(FOLDS):
        model = fitted(fold != held_out)
        of_fold = np.flatnonzero(fold == held_out)
        found[of_fold] = scores([tried[at] for at in of_fold], model)
    return found


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + 5]) for i in range(max(1, len(words) - 4))} if words else set()


def main() -> None:
    """Cross-validate, and write the weights where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    pages = read_labelled(asked.pages)
    if asked.write:
        fitted, names = fit(pages)
        write(fitted(np.ones(len(pages), bool)), names)
    else:
        print(f"mean Jaccard on unseen sites: {np.nanmean(cross_validated(pages)):.3f}")


if __name__ == "__main__":
    main()
