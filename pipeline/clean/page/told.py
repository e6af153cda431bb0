"""What a line near a body tells of the article: its day, or who signs it."""

from typing import NamedTuple

from pipeline.clean.credits import signed
from pipeline.clean.dates import counts_back, names_day


class Told(NamedTuple):
    """What one line tells."""

    day: bool | None
    """Whether it names one day; None for that of a change."""
    ago: bool
    """Whether it says how long ago something was; not asked of a line with a day."""
    signed: str | None
    """The names of a line that is nothing but a byline."""

    @property
    def is_furniture(self) -> bool:
        """Whether it tells any of these, and so is no headline."""
        return self.day is not False or self.ago or self.signed is not None


def told_by(line: str) -> Told:
    """Read a line for a date and a byline."""
    day = names_day(line)
    return Told(day, day is False and counts_back(line), signed(line))
