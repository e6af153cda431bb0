"""Counts, as a person reads them."""

from pipeline.counts import told


def test_what_is_none_goes_without_saying() -> None:
    """A line of zeros hides what there is."""
    assert told({"read": 1200, "revised": 0, "rejects": 3}) == "1,200 read, 3 rejects"


def test_nothing_at_all_is_said() -> None:
    """Silence would be no answer."""
    assert told({"joined": 0, "deleted": 0}) == "0 joined, 0 deleted"
    assert told({}) == ""
