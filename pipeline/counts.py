"""Counts, as a person reads them."""

from collections.abc import Mapping


def told(counts: Mapping[str, int]) -> str:
    """Say how many of each.

    >>> told({"articles": 1200, "rejects": 3})
    '1,200 articles, 3 rejects'
    """
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())
