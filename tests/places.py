"""Where the project stands, and the development corpora, if they are there."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CORPORA = Path(os.environ.get("STORYFOLD_CORPORA", ROOT.parent / "shared" / "corpora"))
