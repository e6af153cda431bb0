"""The command ``storyfold``: parse the command line, call, print."""

import atexit
import gc
import sys

from pipeline.cli import kept, look, once, report, reposts  # noqa: F401 - their commands
from pipeline.cli.options import app
from pipeline.errors import StoryfoldError
from pipeline.process import hand_over_often, start_no_idle_threads, suit_large_tables


def main() -> None:
    """Run the command line; an error that storyfold raises on purpose is one line and exit 1."""
    suit_large_tables()
    start_no_idle_threads()
    hand_over_often()
    atexit.register(gc.freeze)  # a last search for garbage would take nearly a second
    try:
        app()
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe has gone: nobody is left to tell
        sys.exit(1)
