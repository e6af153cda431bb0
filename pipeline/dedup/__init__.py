"""Articles and their tokens to reposts: which article's text is another's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.settings import DedupSettings
from pipeline.text import KeptWords, Words

if TYPE_CHECKING:
    from pipeline.dedup.folding import Compared
    from pipeline.dedup.texts import Texts

__all__ = [
    "Found",
    "Reposts",
    "choose",
    "find",
    "fingerprints",
    "fold",
    "may_fold",
    "of_relation",
    "partners",
    "refold",
    "roundup_rows",
    "update_rows",
    "warm",
]


@dataclass(frozen=True)
class Found:
    """Texts that resemble each other, before it is said which of them are kept."""

    texts: "Texts"
    compared: "Compared"
    roundup: NDArray[np.bool_]
    """Which texts contain articles unrelated to each other."""
    candidates: int
    """Pairs that were compared."""
    lengths: NDArray[np.int64]
    """Words of each article."""

    @property
    def rows(self) -> NDArray[np.int64]:
        """Rows of the articles that may be folded, or others into them; ascending."""
        near = np.zeros(len(self.texts.rows), dtype=np.bool_)
        near[self.compared.pairs.left] = True
        near[self.compared.pairs.right] = True
        return np.flatnonzero(near[self.texts.of_article])


@dataclass(frozen=True)
class Reposts:
    """What repost search found."""

    pairs: pa.Table
    """Of schema.VERIFIED_PAIRS: reposts, and the borderline below them."""
    folds: pa.Table
    """Of schema.FOLDS: one row a folded article."""
    counts: dict[str, int]


def fold(
    articles: pa.Table, tokens: pa.Table, settings: DedupSettings, threads: int = 0
) -> Reposts:
    """Find articles that repeat another's text, and fold each into the one that is kept.

    Candidates come from MinHash LSH and a sampled-shingle index, and every one is verified
    on its full shingle sets. The result depends on the set of articles alone.

    Parameters
    ----------
    articles : table of schema.CLEANED
        Sorted by ``article_id``.
    tokens : table of schema.TOKENS
        Of the same rows.
    settings : DedupSettings
        Shingles, signatures and thresholds.
    threads : int
        0 for every core.

    Returns
    -------
    Reposts
    """
    words = KeptWords(tokens["text"], articles["text"])
    return choose(articles, find(articles, tokens["title"], words, settings, threads), settings)


def find(
    articles: pa.Table,
    titles: pa.ChunkedArray,
    words: Words,
    settings: DedupSettings,
    threads: int = 0,
) -> Found:
    """Find articles that repeat another's text: the first half of `fold`.

    It reads nothing of who is credited: for most articles nobody needs to know.

    Parameters
    ----------
    articles : table with the columns ``published``, ``source`` and ``title``
        n of them, sorted by id.
    titles : large_list<uint64> column, shape (n,)
        Token hashes of their titles.
    words : Words
        Of their texts.
    settings : DedupSettings
        Shingles, signatures and thresholds.
    threads : int
        0 for every core.
    """
    from pipeline.dedup.candidates import candidate_pairs
    from pipeline.dedup.compare import compare
    from pipeline.dedup.minhash import fingerprint
    from pipeline.dedup.texts import distinct_texts

    prints = fingerprint(words, settings, threads)
    texts = distinct_texts(articles["published"], titles, words, prints, settings)
    left, right = candidate_pairs(prints, texts.rows, texts.days, settings, threads)
    compared, about = compare(articles, texts, left, right, settings, threads)
    return Found(texts, compared, about.roundup, len(left), prints.lengths)


def choose(articles: pa.Table, found: Found, settings: DedupSettings) -> Reposts:
    """Choose which articles are kept, and fold the others: the second half of `fold`.

    Parameters
    ----------
    articles : table of schema.CLEANED
        Those among which the reposts were found; of ``found.rows``, with their agencies.
    found : Found
    settings : DedupSettings
        What to keep.
    """
    from pipeline.dedup.folding import pair_table
    from pipeline.dedup.origin import Printed, folded
    from pipeline.dedup.texts import days_of

    texts, compared = found.texts, found.compared
    printed = Printed.of(articles, found.lengths, days_of(articles["published"]))
    folds = folded(compared, found.roundup, texts.of_article, printed, settings)
    relations = {
        str(row["values"]): int(row["counts"])
        for row in pc.value_counts(folds["relation"]).to_pylist()
    }
    return Reposts(
        pairs=pair_table(texts, compared),
        folds=folds,
        counts={
            "candidates": found.candidates,
            **{name: relations.get(name, 0) for name in ("exact", "near", "excerpt")},
        },
    )


def fingerprints(
    articles: pa.Table, tokens: pa.Table, settings: DedupSettings, threads: int = 0
) -> pa.Table:
    """Take what later runs need to find copies of these articles; see `stream.fingerprints`."""
    from pipeline.dedup import stream

    return stream.fingerprints(articles, tokens, settings, threads)


def partners(
    new: pa.Table, past: pa.Table, settings: DedupSettings, threads: int = 0
) -> NDArray[np.int64]:
    """Find past articles that new ones may repeat, by fingerprints; see `stream.partners`."""
    from pipeline.dedup import stream

    return stream.partners(new, past, settings, threads)


def may_fold(pairs: pa.Table, settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell which verified pairs may fold one article into the other, shape (n,)."""
    shared, jaccard, containment = (
        pairs[name].to_numpy() for name in ("shared_shingles", "jaccard", "containment")
    )
    over = (jaccard >= settings.jaccard) | (containment >= settings.containment)
    return (over & (shared >= settings.min_shared_shingles)) | (jaccard >= 1.0)


def refold(articles: pa.Table, pairs: pa.Table, settings: DedupSettings) -> pa.Table:
    """Fold anew at other thresholds, from the verified pairs of a run.

    Parameters
    ----------
    articles : table with schema.ARTICLES' columns
        Sorted by ``article_id``.
    pairs : table of schema.VERIFIED_PAIRS
        Of its rows.
    settings : DedupSettings
        Thresholds, and what to keep.

    Returns
    -------
    table of schema.FOLDS
    """
    from pipeline.dedup.recut import refold as fold_again

    return fold_again(articles, pairs, settings)


def of_relation(pairs: pa.Table, *names: str) -> pa.Table:
    """Pick the pairs of some relations."""
    return pairs.filter(pc.is_in(pairs["relation"], pa.array(names)))


def roundup_rows(pairs: pa.Table) -> NDArray[np.int32]:
    """Give the article rows that contain articles unrelated to each other, ascending.

    Parameters
    ----------
    pairs : table of schema.VERIFIED_PAIRS
    """
    parts = of_relation(pairs, "part")
    left_larger = pc.greater_equal(parts["left_shingles"], parts["right_shingles"])
    return np.unique(pc.if_else(left_larger, parts["left"], parts["right"]).to_numpy())


def update_rows(pairs: pa.Table) -> NDArray[np.int32]:
    """Give the article rows of each text and its update, shape (n, 2).

    Parameters
    ----------
    pairs : table of schema.VERIFIED_PAIRS
    """
    updates = of_relation(pairs, "update")
    return np.stack([updates["left"].to_numpy(), updates["right"].to_numpy()], axis=1)


def warm(settings: DedupSettings) -> None:
    """Import the kernels, draw permutations and set the bands, ahead of need."""
    from pipeline.dedup import compare, origin  # noqa: F401
    from pipeline.dedup.candidates import bands
    from pipeline.dedup.kernels import facts, keeping, pairs, shingles  # noqa: F401
    from pipeline.dedup.minhash import permutations

    permutations(settings.num_perm, settings.seed)
    bands(settings.lsh_threshold, settings.num_perm)
