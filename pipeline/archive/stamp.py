"""What an archive was made with: its format, and the settings that its rows depend on."""

import json

from pipeline.errors import ArchiveError
from pipeline.settings import Settings

FORMAT = 3
_DEDUP = ("shingle_words", "num_perm", "seed", "sample_rate", "lsh_threshold", "window_days")
"""Fingerprints of other values cannot be compared with those that are stored."""


def stamp(settings: Settings) -> str:
    """Write the stamp as JSON."""
    dedup = {name: getattr(settings.dedup, name) for name in _DEDUP}
    return json.dumps({"storyfold_archive": FORMAT, "dedup": dedup})


def check(found: str | None, settings: Settings, root: str) -> None:
    """Compare an archive's stamp with the settings of a run.

    Raises
    ------
    ArchiveError
        It is of another format, or of settings that cannot be mixed.
    """
    try:
        stamped = json.loads(found or "")
        version, dedup = stamped["storyfold_archive"], stamped["dedup"]
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(
            f"no archive at {root}: got a Delta table without storyfold's stamp; "
            "name another folder with --archive"
        ) from error
    if version != FORMAT:
        raise ArchiveError(
            f"the archive at {root} has format {version}, expected {FORMAT}: "
            "use the storyfold that wrote it, or begin another archive"
        )
    asked = {name: getattr(settings.dedup, name) for name in _DEDUP}
    other = [name for name in _DEDUP if dedup.get(name) != asked[name]]
    if other:
        got = ", ".join(f"dedup.{name}={asked[name]}" for name in other)
        expected = " ".join(f"--set dedup.{name}={dedup.get(name)}" for name in other)
        raise ArchiveError(
            f"got {got}, but the archive at {root} was made with other values, and its "
            f"fingerprints cannot be compared with new ones: use {expected}, or begin another "
            "archive with --archive and run over the inputs again"
        )
