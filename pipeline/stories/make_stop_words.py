"""Make ``stop_words.txt``: English words that tell of no event, as scikit-learn lists them.

    python -m pipeline.stories.make_stop_words

The list is shipped, not imported: a run has no other use for scikit-learn, whose import
takes longer than to gather the stories of a thousand articles.
"""

from pathlib import Path

PATH = Path(__file__).with_name("stop_words.txt")


def stop_words() -> list[str]:
    """Give scikit-learn's list, sorted."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return sorted(ENGLISH_STOP_WORDS)


if __name__ == "__main__":
    PATH.write_text("\n".join(stop_words()) + "\n", "utf-8")
