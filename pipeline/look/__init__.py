"""Results, looked at: what a run or an archive holds, as tables and as views of a story."""

from pipeline.look.chronology import growth, in_order, outlets
from pipeline.look.links import links
from pipeline.look.results import read_archive, read_export, read_story, resolved
from pipeline.look.story import KeptArticle, StoryView, story_view, story_views

__all__ = [
    "KeptArticle",
    "StoryView",
    "growth",
    "in_order",
    "links",
    "outlets",
    "read_archive",
    "read_export",
    "read_story",
    "resolved",
    "story_view",
    "story_views",
]
