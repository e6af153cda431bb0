"""The report's folder: there whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ExportError

MARK = ".storyfold-report"
"""A file that says that a folder is a report of ours, and may be replaced."""


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """Give a folder to write into; when all went well, it takes the place of ``out``.

    Raises
    ------
    ExportError
        The folder cannot be written, or ``out`` is something else than an earlier report.
    """
    _check(out)
    unfinished = out.with_name(f".{out.name}.unfinished")
    old = out.with_name(f".{out.name}.old")
    try:
        for left in (unfinished, old):
            shutil.rmtree(left, ignore_errors=True)
        unfinished.mkdir(parents=True)
        (unfinished / MARK).write_text("made by storyfold report\n", "utf-8")
        yield unfinished
        if out.exists():
            out.rename(old)
        try:
            unfinished.rename(out)
        except OSError:
            if old.exists():
                old.rename(out)
            raise
    except OSError as error:
        raise ExportError(
            f"cannot write the report to {out}: {error.strerror or error}; "
            "expected a folder that can be written: name another with --out"
        ) from error
    finally:
        for left in (unfinished, old):
            shutil.rmtree(left, ignore_errors=True)


def _check(out: Path) -> None:
    if not out.exists() or (out / MARK).is_file():
        return
    if not out.is_dir() or any(out.iterdir()):
        raise ExportError(
            f"cannot write the report to {out}: it is there already and is no report of "
            "storyfold's; move it away, or name another folder with --out"
        )
