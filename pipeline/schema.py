"""The Arrow schema of every table that passes between stages or leaves as a file.

Within a run an article is its row: ``int32`` positions, in the order of the articles
table. Ids join tables only at the edges, in the exports.
"""

import pyarrow as pa

_UTC = pa.timestamp("us", tz="UTC")

RECORDS = pa.schema(
    [
        ("input", pa.string()),  # the file, as named to the user
        ("position", pa.int64()),  # line, row or file number within it, from 1
        ("id", pa.string()),
        ("url", pa.string()),
        ("fetched_url", pa.string()),  # where it was found; the page itself may name another
        ("source", pa.string()),
        ("title", pa.string()),
        ("published", pa.string()),
        ("crawled", pa.string()),  # when it was fetched: what "two hours ago" counts from
        ("language", pa.string()),
        ("byline", pa.string()),
        ("original_url", pa.string()),  # the page that this one says it is a copy of
        ("text", pa.large_string()),
        ("page_text", pa.large_string()),
        ("html", pa.large_string()),
    ]
)
"""Records as read, before any cleaning. All but ``input`` and ``position`` may be null."""

CLEANED = pa.schema(
    [
        ("article_id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("title", pa.string()),
        ("published", _UTC),
        ("language", pa.string()),
        ("byline", pa.string()),
        ("agency", pa.string()),  # the news agency that the text credits
        ("original_url", pa.string()),
        ("text", pa.large_string()),
        ("input", pa.string()),
        ("position", pa.int64()),
    ]
)
"""Articles after cleaning: what every later stage reads. Sorted by ``article_id``."""

DATED = CLEANED.append(pa.field("published_otherwise", _UTC))  # what the date may mean as well
DATED = DATED.append(pa.field("date_form", pa.string()))  # how it is written, if that tells
DATED = DATED.append(pa.field("date_country", pa.string()))  # of the site that wrote it
"""Articles of one block: some of their dates can mean two days till all blocks are known."""

CUT = pa.schema(
    [
        ("input", pa.string()),
        ("position", pa.int64()),
        ("kind", pa.string()),
        ("line", pa.string()),
    ]
)
"""Lines that were cut from pages and texts, and why; in their order in each."""

TOKENS = pa.schema(
    [
        ("title", pa.large_list(pa.uint64())),
        ("text", pa.large_list(pa.uint64())),
    ]
)
"""Token hashes of each article, in reading order."""

FINGERPRINTS = pa.schema(
    [
        ("article_id", pa.string()),
        ("published", _UTC),
        ("words", pa.int32()),
        ("text_key", pa.int64()),  # equal where the texts are, and short ones' titles
        ("bands", pa.binary()),  # uint32 each: the LSH band keys of the MinHash signature
        ("sampled", pa.binary()),  # uint32 each: upper halves of the sampled shingles
    ]
)
"""What candidate search needs of an article whose text it does not read."""

VERIFIED_PAIRS = pa.schema(
    [
        ("left", pa.int32()),
        ("right", pa.int32()),  # left < right
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),  # of the smaller in the larger
        ("shared_shingles", pa.int32()),
        ("left_shingles", pa.int32()),
        ("right_shingles", pa.int32()),
        ("other_facts", pa.bool_()),  # the same form with other numbers or names in it
        ("new_opening", pa.bool_()),  # the larger opens with words that the smaller has not
        ("relation", pa.string()),  # exact, near, excerpt, update, part, template, borderline
    ]
)
"""Pairs of article rows whose full shingle sets were compared."""

FOLDS = pa.schema(
    [
        ("article", pa.int32()),
        ("kept", pa.int32()),
        ("relation", pa.string()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("shared_shingles", pa.int32()),
    ]
)
"""Article rows that are reposts, each with the row of its kept article."""

MEMBERSHIPS = pa.schema(
    [
        ("story", pa.int32()),  # row in the STORIES table
        ("article", pa.int32()),  # row in the CLEANED table
        ("role", pa.string()),  # article or repost
        ("similarity", pa.float64()),
    ]
)
"""Every article row with its story, sorted by story, then article."""

STORIES = pa.schema(
    [
        ("story_id", pa.string()),
        ("title", pa.string()),
        ("lead", pa.string()),  # the sentence that tells the news; null where no text has one
        ("articles", pa.int32()),
        ("reposts", pa.int32()),
        ("sources", pa.int32()),
        ("first_published", _UTC),
        ("last_published", _UTC),
        ("keywords", pa.list_(pa.string())),
        ("representative_id", pa.string()),
        ("language", pa.string()),
        ("status", pa.string()),  # open or closed
    ]
)

PROFILES = pa.schema([("profile", pa.binary())])
"""What stories are linked by: of the rows of a STORIES table, see `pipeline.stories.sagas`."""

ARTICLES = pa.schema(
    [
        ("article_id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("title", pa.string()),
        ("published", _UTC),
        ("language", pa.string()),
        ("words", pa.int32()),
        ("story_id", pa.string()),
        ("kept_id", pa.string()),  # null where the article is kept
        ("byline", pa.string()),
        ("agency", pa.string()),
        ("original_url", pa.string()),
        ("roundup", pa.bool_()),  # contains articles unrelated to each other
        ("run_id", pa.string()),
    ]
)

DUPLICATES = pa.schema(
    [
        ("article_id", pa.string()),
        ("kept_id", pa.string()),
        ("relation", pa.string()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("shared_shingles", pa.int32()),
        ("source", pa.string()),
        ("published", _UTC),
        ("seconds_behind", pa.int64()),  # behind the first of the kept article and its reposts
        ("run_id", pa.string()),
    ]
)

PAIRS = pa.schema(
    [
        ("article_id", pa.string()),
        ("other_id", pa.string()),
        ("relation", pa.string()),
        ("jaccard", pa.float64()),
        ("containment", pa.float64()),
        ("shared_shingles", pa.int32()),
        ("article_shingles", pa.int32()),
        ("other_shingles", pa.int32()),
        ("other_facts", pa.bool_()),
        ("new_opening", pa.bool_()),
    ]
)

MEMBERS = pa.schema(
    [
        ("story_id", pa.string()),
        ("article_id", pa.string()),
        ("role", pa.string()),
        ("similarity", pa.float64()),
        ("source", pa.string()),
        ("title", pa.string()),
        ("url", pa.string()),
        ("published", _UTC),
    ]
)

STORY_EVENTS = pa.schema(
    [
        ("story_id", pa.string()),
        ("event", pa.string()),  # born, grew, merged, split, closed
        ("other_id", pa.string()),
        ("at", _UTC),
        ("run_id", pa.string()),
    ]
)

STORY_LINKS = pa.schema(
    [
        ("story_id", pa.string()),  # the later of the two
        ("other_id", pa.string()),  # the earlier one
        ("kind", pa.string()),  # predecessor: over before the later one began; else sibling
        ("similarity", pa.float64()),
        ("terms", pa.list_(pa.string())),  # what both are about
    ]
)
"""Stories of one saga, each pair once."""

REJECTS = pa.schema(
    [
        ("input", pa.string()),
        ("position", pa.int64()),
        ("reason", pa.string()),
        ("excerpt", pa.string()),
    ]
)

EXPORTS = {
    "articles": ARTICLES,
    "duplicates": DUPLICATES,
    "pairs": PAIRS,
    "stories": STORIES,
    "members": MEMBERS,
    "story_events": STORY_EVENTS,
    "story_links": STORY_LINKS,
    "rejects": REJECTS,
}
"""Schema of each exported table, by the name of its files."""


def with_columns(table: pa.Table, **columns: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Give a table with other values in some of its columns; their order stays."""
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table
