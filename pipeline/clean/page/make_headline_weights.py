"""Make ``headline_weights.csv`` from pages whose HTML says what their headlines are.

    python -m pipeline.clean.page.make_headline_weights PAGES.jsonl.gz [--write]

Prints on how many sites that the weights have not seen the headline is found
(cross-validation by site); with ``--write`` fits all pages and writes the file.
"""

import argparse
import gzip
import json
import re
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.page.headline import around, candidates_of, write
from pipeline.clean.page.labels import read_labelled
from pipeline.clean.page.make_weights import FOLDS, folds_by_site
from pipeline.clean.page.reading import found_bodies
from pipeline.clean.page.told import told_by

RIDGE = 0.005
_LEAST = 6  # letters of a headline
_SURE = 15  # and of one of which a part is enough


class Example(NamedTuple):
    """A page's candidates."""

    values: NDArray[np.float64]
    """Shape (k, n_features)."""
    true: NDArray[np.bool_]
    """Shape (k,)."""


def examples_of(path: Path) -> list[Example]:
    """Compare each page's lines with the headlines in its HTML."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    examples = []
    for row, found in zip(rows, found_bodies([row["page_text"] for row in rows]), strict=True):
        start = found.body.index(True) if True in found.body else 0
        text = " ".join(compress(found.lines, found.body))
        told = {at: told_by(found.lines[at]) for at in around(start, len(found.lines))}
        candidates, values = candidates_of(found.lines, found.kinds, found.twice, start, text, told)
        titles = _titles(row["html"])
        true = [_is_one_of(titles, found.lines[at]) for at in candidates]
        examples.append(Example(values, np.array(true, bool)))
    return examples


def _titles(html: str) -> set[str]:
    from resiliparse.parse.html import HTMLTree

    document: Any = HTMLTree.parse(html).document
    found = [heading.text for heading in document.query_selector_all("h1")]
    metas = document.query_selector_all('meta[property="og:title"]')
    found += [meta.getattr("content") for meta in metas]
    return {plain for title in found if len(plain := _plain(title)) > _LEAST}


def _plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", (text or "").casefold()).strip()


def _is_one_of(titles: set[str], line: str) -> bool:
    plain = _plain(line)
    return plain in titles or (
        len(plain) > _SURE and any(plain in title or title in plain for title in titles)
    )


def train(examples: list[Example]) -> NDArray[np.float64]:
    """Fit weights by L-BFGS: the true lines of a page should win over its others."""
    from scipy.optimize import minimize

    told = [example for example in examples if example.true.any()]

    def objective(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        loss, slope = 0.0, np.zeros_like(weights)
        for values, true in told:
            scores = values @ weights
            odds = np.exp(scores - scores.max())
            right = odds[true] / odds[true].sum()
            loss -= float(np.log(odds[true].sum() / odds.sum()))
            slope -= values[true].T @ right - values.T @ (odds / odds.sum())
        penalty = float(RIDGE / 2 * weights @ weights)
        return loss / len(told) + penalty, slope / len(told) + RIDGE * weights

    begin = np.zeros(examples[0].values.shape[1])
    found: Any = minimize(objective, begin, jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def cross_validated(path: Path) -> tuple[int, int]:
    """Count the pages whose headline is found, and those that have one above their body."""
    examples = examples_of(path)
    fold = folds_by_site(read_labelled(path))
    right = total = 0
    for held_out in range(FOLDS):
        weights = train([one for one, at in zip(examples, fold, strict=True) if at != held_out])
        for example in (one for one, at in zip(examples, fold, strict=True) if at == held_out):
            if example.true.any():
                total += 1
                right += bool(example.true[int(np.argmax(example.values @ weights))])
    return right, total


def main() -> None:
    """Cross-validate, and write the weights where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.write:
        write(train(examples_of(asked.pages)))
    else:
        right, total = cross_validated(asked.pages)
        print(f"headlines found on unseen sites: {right} of {total}")


if __name__ == "__main__":
    main()
