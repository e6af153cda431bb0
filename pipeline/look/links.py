"""Links between stories, seen from each of the two."""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schema

_OF_OTHER = ("title", "articles", "reposts", "first_published", "last_published")

LINKS = pa.schema([*schema.STORY_LINKS, *(schema.STORIES.field(name) for name in _OF_OTHER)])
"""A link of ``story_id``, and what ``other_id`` is; null where that one is not at hand.

``kind`` says what the other is to the story: its predecessor, sibling or successor.
"""


def links(story_links: pa.Table, stories: pa.Table) -> pa.Table:
    """List the links of each story, from both of their ends.

    Parameters
    ----------
    story_links : table of schema.STORY_LINKS
    stories : table of schema.STORIES

    Returns
    -------
    table of LINKS
        By story, the strongest link first.
    """
    names = schema.STORY_LINKS.names
    kind = story_links["kind"]
    back = {
        **{name: story_links[name] for name in names},
        "story_id": story_links["other_id"],
        "other_id": story_links["story_id"],
        "kind": pc.if_else(pc.equal(kind, "predecessor"), "successor", kind),
    }
    turned = pa.table([back[name] for name in names], schema=schema.STORY_LINKS)
    both = pa.concat_tables([story_links, turned]).sort_by(
        [("story_id", "ascending"), ("similarity", "descending"), ("other_id", "ascending")]
    )
    place = pc.index_in(both["other_id"], stories["story_id"].combine_chunks())
    others = [stories[name].take(place) for name in _OF_OTHER]
    return pa.table([*both.columns, *others], schema=LINKS)
