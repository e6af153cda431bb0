"""Counts, as a person reads them."""

from collections.abc import Mapping


def told(counts: Mapping[str, int]) -> str:
    """Say how many of each; those that are none go without saying, unless all are.

    >>> told({"articles": 1200, "revised": 0, "rejects": 3})
    '1,200 articles, 3 rejects'
    >>> told({"merged": 0})
    '0 merged'
    """
    some = {name: number for name, number in counts.items() if number}
    return ", ".join(f"{number:,} {name}" for name, number in (some or counts).items())
