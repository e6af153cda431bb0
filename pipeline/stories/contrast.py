"""What sets each story apart from the others: words and two-word phrases, by c-TF-IDF.

A story counts as one document (Grootendorst 2022, "BERTopic", section 3.3): a term weighs by
how much its members say it, and by how few other stories do. Of a phrase's two words neither
may be one that most stories use, they must stand together more often than not, and in running
text: in headlines chance neighbours look like names.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.stories.sagas import PROFILE_TERMS, packed
from pipeline.stories.term_use import coded, heaviest, rows_of, uses
from pipeline.text import list_arrays, tokenize

CANDIDATES = 12
"""Terms looked up for each story; some are numbers or single letters, and fall away."""
_TITLE_WEIGHT = 2.0  # a word of the headline counts as two of the text
_COMMON = 0.3  # share of the stories of which a word says nothing
_RARE = 4.0  # stories: a term of one alone may be a slip of the pen, and weighs like one of five
_TOGETHER = 0.4  # share of a word's articles in which the phrase stands too
_COVER = 0.25  # share of a story's articles that must use a term
_NOT_TELLING = (
    "said says mr mrs ms story highlights cnn reuters ap afp monday tuesday wednesday thursday "
    "friday saturday sunday january february march april june july august september october "
    "november december today yesterday caption image photo"
)


class Terms(NamedTuple):
    """The most telling terms of each of n stories."""

    hashes: NDArray[np.uint64]
    """Token hashes of the first and the second word, shape (n, CANDIDATES, 2); 0 for none."""
    title_weight: NDArray[np.float64]
    """Mean weight of the words in each member's title, in its story; shape (n_members,)."""
    profiles: pa.Array
    """Heaviest words of each story, for `sagas`."""


class _Stream(NamedTuple):
    """Words of each member's title and lead, one member after another."""

    hashes: NDArray[np.uint64]
    """Of each distinct term."""
    term: NDArray[np.int64]
    member: NDArray[np.int64]
    in_title: NDArray[np.bool_]


class _Use(NamedTuple):
    """How stories use terms; a row for each term of each story, story by story."""

    story: NDArray[np.int64]
    term: NDArray[np.int64]
    cover: NDArray[np.int64]
    """Members that use it."""
    weight: NDArray[np.float64]
    """How much they do, on average, times how rare it is among the stories."""
    n_stories: NDArray[np.int64]
    """Stories that use each term, shape (n_terms,)."""


def contrast(tokens: pa.Table, sizes: NDArray[Any], members: NDArray[Any], words: int) -> Terms:
    """Find the terms that set each story apart.

    Parameters
    ----------
    tokens : table of schema.TOKENS
    sizes : int array, shape (n,)
        Members of each story; all stories of one language.
    members : int array, shape (n_members,)
        Their rows, story by story.
    words : int
        Words of the text that are read, besides the title.

    Returns
    -------
    Terms
    """
    stream = _stream(tokens, members, words)
    if not len(stream.hashes):
        nothing = np.zeros((len(sizes), CANDIDATES, 2), dtype=np.uint64)
        return Terms(nothing, np.zeros(len(members)), pa.nulls(len(sizes), pa.binary()))
    story = np.repeat(np.arange(len(sizes)), sizes)
    single = _use(stream, story, sizes)
    common = single.n_stories > max(_COMMON * len(sizes), 2)
    common |= np.isin(stream.hashes, _not_telling())
    with ThreadPoolExecutor(1) as beside:
        words_alone = beside.submit(_of_words, stream, single, common, story, sizes)
        phrases, parts = _phrases(stream, common)
        in_text = beside.submit(_use_in_text, phrases, story)
        double = _use(phrases, story, sizes)
        telling, title_weight, profiles = words_alone.result()
        written = _cover_of(in_text.result(), double.story, double.term, len(parts))
    ends = (parts[double.term, k] for k in (0, 1))
    n = len(stream.hashes)
    lone = np.minimum(*(_cover_of(single[:3], double.story, term, n) for term in ends))
    holds = _covers(written, double.story, sizes) & (double.cover >= _TOGETHER * lone)
    twice = double.weight > _rarity(double.n_stories, len(sizes))[double.term]
    holds &= twice | (sizes[double.story] > 1)  # one article must say it twice
    rows = heaviest(
        np.concatenate([single.story, double.story]),
        np.round(np.concatenate([telling, np.where(holds, double.weight, 0.0)]), 9),
        len(sizes),
        CANDIDATES,
    )
    first = np.concatenate([single.term, parts[double.term, 0]])
    hashes = np.zeros((*rows.shape, 2), dtype=np.uint64)
    hashes[..., 0] = stream.hashes[first[rows]]
    second = stream.hashes[parts[double.term, 1]]
    hashes[..., 1] = np.concatenate([np.zeros(len(single.term), np.uint64), second])[rows]
    hashes[rows < 0] = 0
    return Terms(hashes, title_weight, profiles)


def _stream(tokens: pa.Table, members: NDArray[Any], words: int) -> _Stream:
    """Read each member's title, then the first words of its text."""
    titles, title_offsets = list_arrays(tokens["title"])
    texts, text_offsets = list_arrays(tokens["text"])
    starts = np.stack([title_offsets[members], text_offsets[members] + len(titles)], axis=1)
    lengths = np.stack([np.diff(title_offsets)[members], np.diff(text_offsets)[members]], axis=1)
    lengths[:, 1] = np.minimum(lengths[:, 1], words)
    each = lengths.ravel()
    at = np.arange(each.sum()) + np.repeat(starts.ravel() - (np.cumsum(each) - each), each)
    in_title = at < len(titles)
    values = np.empty(len(at), dtype=np.uint64)
    values[in_title] = titles[at[in_title]]
    values[~in_title] = texts[at[~in_title] - len(titles)]
    hashes, term = coded(values)
    return _Stream(hashes, term, np.repeat(np.arange(len(members)), lengths.sum(axis=1)), in_title)


def _phrases(stream: _Stream, common: NDArray[np.bool_]) -> tuple[_Stream, NDArray[np.int64]]:
    """Give neighbouring words of which neither is common, and the two terms of each phrase."""
    n = len(stream.hashes)
    joined = (stream.member[1:] == stream.member[:-1]) & (
        stream.in_title[1:] == stream.in_title[:-1]
    )
    usual = common[stream.term]
    first = np.flatnonzero(joined & ~usual[:-1] & ~usual[1:])
    pair, phrase = coded(stream.term[first] * n + stream.term[first + 1])
    parts = np.stack(np.divmod(pair, n), axis=1)
    return _Stream(
        pair.astype(np.uint64), phrase, stream.member[first], stream.in_title[first]
    ), parts


def _use(stream: _Stream, story: NDArray[np.int64], sizes: NDArray[Any]) -> _Use:
    """Sum up over the members of each story what they say."""
    amount = np.where(stream.in_title, _TITLE_WEIGHT, 1.0)
    counts = np.bincount(stream.member, minlength=len(story))
    of_story, used, cover, total = uses(stream.term, amount, counts, story, len(stream.hashes))
    n_stories = np.bincount(used, minlength=len(stream.hashes))
    weight = total / sizes[of_story] * _rarity(n_stories, len(sizes))[used]
    return _Use(of_story, used, cover, weight, n_stories)


def _rarity(n_stories: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    return np.log((n + 1) / (n_stories + min(_RARE, n / 20)))


def _covers(
    cover: NDArray[np.int64], story: NDArray[np.int64], sizes: NDArray[Any]
) -> NDArray[np.bool_]:
    return cover >= np.maximum(np.minimum(2, sizes), _COVER * sizes)[story]


def _may_tell(use: _Use, common: NDArray[np.bool_], sizes: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell which words may: those of enough members, or in a story without any, of one."""
    telling = ~common[use.term]
    shared = telling & _covers(use.cover, use.story, sizes)
    bare = np.bincount(use.story[shared], minlength=len(sizes)) == 0
    return shared | (telling & bare[use.story])


def _of_words(
    stream: _Stream,
    use: _Use,
    common: NDArray[np.bool_],
    story: NDArray[np.int64],
    sizes: NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.float64], pa.Array]:
    """Give the weight of each row of use, 0 where it does not tell; of titles; and profiles."""
    telling = np.where(_may_tell(use, common, sizes), use.weight, 0.0)
    return (
        telling,
        _title_weights(stream, use, telling, story),
        _profiles(stream, use, telling, len(sizes)),
    )


def _use_in_text(
    phrases: _Stream, story: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give story, phrase and members that have it in their running text, story by story."""
    text = ~phrases.in_title
    term, counts = phrases.term[text], np.bincount(phrases.member[text], minlength=len(story))
    return uses(term, np.ones(len(term)), counts, story, len(phrases.hashes))[:3]


def _cover_of(
    used: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    story: NDArray[np.int64],
    term: NDArray[np.int64],
    n_terms: int,
) -> NDArray[np.int64]:
    """Count the members of some stories that use some terms, by rows of story, term and cover."""
    stories, terms, cover = used
    return np.append(cover, 0)[rows_of(stories, terms, story, term, n_terms)]


def _title_weights(
    stream: _Stream, use: _Use, weight: NDArray[np.float64], story: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Mean weight of the words of each title; 0 where there is none."""
    member, term = stream.member[stream.in_title], stream.term[stream.in_title]
    rows = rows_of(use.story, use.term, story[member], term, len(stream.hashes))
    total = np.bincount(member, weights=weight[rows], minlength=len(story))
    return total / np.maximum(np.bincount(member, minlength=len(story)), 1)


def _profiles(stream: _Stream, use: _Use, weight: NDArray[np.float64], n_stories: int) -> pa.Array:
    rows = heaviest(use.story, np.round(weight, 9), n_stories, PROFILE_TERMS)
    terms, weights = stream.hashes[use.term[rows]], weight[rows]
    terms[rows < 0], weights[rows < 0] = 0, 0
    return packed(terms, weights)


def _not_telling() -> NDArray[np.uint64]:
    """Hash words that tell of no event, scikit-learn's English stop words among them.

    A small collection cannot tell them by itself.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = pa.array(sorted({*ENGLISH_STOP_WORDS, *_NOT_TELLING.split()}), pa.large_string())
    return list_arrays(tokenize(pa.table({"title": words, "text": words}), 1)["title"])[0]
