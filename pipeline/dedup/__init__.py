"""Articles and their tokens to reposts: which article's text is another's."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.settings import DedupSettings

__all__ = ["Reposts", "fingerprints", "fold", "may_fold", "partners", "warm"]


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
    from pipeline.dedup.candidates import candidate_pairs
    from pipeline.dedup.folding import fold_table, fold_texts, is_borderline, pair_table
    from pipeline.dedup.minhash import fingerprint
    from pipeline.dedup.texts import distinct_texts, repeated_texts
    from pipeline.dedup.verify import overlap

    texts = distinct_texts(articles, tokens, settings, threads)
    prints = fingerprint(texts.tokens, texts.offsets, settings, threads, texts.rows)
    left, right = candidate_pairs(prints, texts.days, settings, threads)
    compared = overlap(texts, left, right, settings.shingle_words, threads)
    near = compared.where(is_borderline(compared, settings))
    repeated = repeated_texts(texts)
    verified = near.joined(overlap(texts, repeated, repeated, settings.shingle_words, threads))
    chosen = fold_texts(len(texts.rows), near, settings)
    folds = fold_table(texts, chosen, verified, settings)
    relations = {
        str(row["values"]): int(row["counts"])
        for row in pc.value_counts(folds["relation"]).to_pylist()
    }
    return Reposts(
        pairs=pair_table(texts, verified),
        folds=folds,
        counts={
            "candidates": len(left),
            **{name: relations.get(name, 0) for name in ("exact", "near", "excerpt")},
        },
    )


def fingerprints(
    articles: pa.Table, tokens: pa.Table, settings: DedupSettings, threads: int = 0
) -> pa.Table:
    """Take what later runs need to find copies of these articles; see `stream.fingerprints`."""
    from pipeline.dedup import stream

    return stream.fingerprints(articles, tokens, settings, threads)


def partners(new: pa.Table, past: pa.Table, settings: DedupSettings) -> NDArray[np.int64]:
    """Find past articles that new ones may repeat, by fingerprints; see `stream.partners`."""
    from pipeline.dedup import stream

    return stream.partners(new, past, settings)


def may_fold(pairs: pa.Table, settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell which verified pairs may fold one article into the other, shape (n,)."""
    from pipeline.dedup.folding import is_repost
    from pipeline.dedup.verify import Overlaps

    names = ("shared_shingles", "jaccard", "containment")
    shared, jaccard, containment = (pairs[name].to_numpy() for name in names)
    none = np.empty(0, dtype=np.int32)
    found = Overlaps(none, none, shared, jaccard, containment)
    return is_repost(found, settings) | (jaccard >= 1.0)  # short ones fold under one title


def warm(settings: DedupSettings) -> None:
    """Import the kernels, and ask datasketch for permutations and bands, ahead of need."""
    from pipeline.dedup.candidates import bands
    from pipeline.dedup.minhash import permutations

    permutations(settings.num_perm, settings.seed)
    bands(settings.lsh_threshold, settings.num_perm)
