"""Candidate pairs, compared and told apart."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.dedup.containers import boilerplate, roundups
from pipeline.dedup.facts import pairs_with_other_facts
from pipeline.dedup.folding import Compared
from pipeline.dedup.relations import Circumstances, least_containment, passes, relations
from pipeline.dedup.texts import Texts, repeated_texts, source_codes
from pipeline.dedup.verify import Overlaps, overlap
from pipeline.settings import DedupSettings

_ALIKE = 0.5
"""Share of the shorter title's words that short texts must have in common to be compared."""


def compare(
    articles: pa.Table,
    texts: Texts,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    settings: DedupSettings,
    threads: int,
) -> tuple[Compared, Circumstances]:
    """Compare candidate pairs of texts, and name the relation of those that are near enough.

    Parameters
    ----------
    articles : table with the columns ``title`` and ``source``
    texts : Texts
        Of the same articles.
    left, right : int32 arrays, shape (n_candidates,)
        Texts to compare.
    settings : DedupSettings
        Thresholds and margin.
    threads : int
        0 for every core.

    Returns
    -------
    Compared
        The pairs down to the margin below the thresholds, and repeated texts.
    Circumstances
        Of the texts.
    """
    near = overlap(texts, left, right, settings, threads, least_containment(settings))
    near = near.where(passes(near, settings, settings.margin))
    near = near.where(_enough_to_say(texts, near, settings))
    rows = texts.rows.astype(np.int64)
    source = source_codes(articles, rows)
    facts = pairs_with_other_facts(
        texts.words.texts, rows, near.left, near.right, texts.days, source, threads
    )
    about = Circumstances(
        days=texts.days,
        source=source,
        roundup=roundups(near, facts, articles["title"], texts, settings),
        boilerplate=boilerplate(near, facts, len(rows), settings),
    )
    repeated = repeated_texts(texts)
    same = overlap(texts, repeated, repeated, settings, threads)
    pairs = near.joined(same)
    facts = np.concatenate([facts, np.zeros(len(repeated), dtype=np.bool_)])
    return Compared(pairs, facts, relations(pairs, facts, about, settings)), about


def _enough_to_say(texts: Texts, pairs: Overlaps, settings: DedupSettings) -> NDArray[np.bool_]:
    """Tell which pairs say enough: of two short texts, the headlines must be alike as well."""
    enough = np.ones(len(pairs.left), dtype=np.bool_)
    smaller = np.minimum(pairs.left_size, pairs.right_size)
    larger = np.maximum(pairs.left_size, pairs.right_size)
    is_short = texts.lengths < settings.short_words
    short = is_short[pairs.left] | is_short[pairs.right]
    for row in np.flatnonzero(short & (2 * smaller >= larger)):
        one, other = sorted(
            (texts.title_words(pairs.left[row]), texts.title_words(pairs.right[row])), key=len
        )
        enough[row] = len(one & other) >= _ALIKE * len(one) if one else not other
    return enough
