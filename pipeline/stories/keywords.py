"""Terms to words that a reader recognises: the spelling most common among the members."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.stories.assign import Assignment
from pipeline.stories.central import Central
from pipeline.text import spellings

_KEYWORDS = 6
_LEAD_CHARACTERS = 1200
_READERS = 5  # spellings are asked of the most central members; more change nothing


def keywords(articles: pa.Table, found: Assignment, stories: Central) -> list[list[str]]:
    """Give up to six keywords of each story, the heaviest first."""
    leads = _leads(articles)
    texts = leads.take(pa.array(stories.members)).to_pylist()
    starts = np.concatenate([[0], np.cumsum(stories.sizes)]).tolist()
    result = []
    for story, (start, stop) in enumerate(pairwise(starts)):
        terms = stories.terms[story]
        readers = range(start, stop)
        if stop - start > _READERS:
            nearest = np.argsort(-stories.similarity[start:stop], kind="stable")[:_READERS]
            readers = (start + nearest).tolist()
        wanted = found.lead_hashes[terms[terms >= 0]]
        result.append(_common([spellings(texts[k], wanted) for k in readers]))
    return result


def _common(found: list[list[str | None]]) -> list[str]:
    """Choose each term's commonest spelling; of equally common ones, the lower-case."""
    chosen = []
    for forms in zip(*found, strict=True):
        form = forms[0] if len(forms) == 1 else _commonest(forms)
        if form and len(form) > 1 and not form.isnumeric():
            chosen.append(form)
    return chosen[:_KEYWORDS]


def _commonest(forms: tuple[str | None, ...]) -> str | None:
    counts = Counter(form for form in forms if form)
    return min(counts, key=lambda one: (-counts[one], not one.islower(), one), default=None)


def _leads(articles: pa.Table) -> pa.ChunkedArray:
    """Beginning of each text, then its title: running text has the common spelling."""
    texts = pc.utf8_slice_codeunits(articles["text"], 0, _LEAD_CHARACTERS)
    titles = articles["title"].fill_null("").cast(pa.large_string())
    return pc.binary_join_element_wise(texts, titles, pa.scalar("\n", pa.large_string()))
