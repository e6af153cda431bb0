"""The command ``storyfold``: parse the command line, call, print."""

import gc
import sys

from pipeline.cli import kept, look, once, report, reposts  # noqa: F401 - their commands
from pipeline.cli.options import app
from pipeline.errors import StoryfoldError


def main() -> None:
    """Run the command line; an error that storyfold raises on purpose is one line and exit 1."""
    try:
        app()
    except StoryfoldError as error:
        print(f"storyfold: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our pipe has gone: nobody is left to tell
        sys.exit(1)
    finally:
        gc.freeze()  # spares the end of the process a last search for garbage, of nearly a second
