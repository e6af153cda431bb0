"""The threshold of each kind of text, chosen over all corpora but the one it is scored on.

    python -m tests.benchmarks.edges [full|excerpts|headlines]

Prints for each corpus the BCubed F1 at the threshold that is best for the others (smoothed
over three neighbours), then at the one that is best for all. The weights and the share of
crowding in pipeline/stories/edges.toml were searched in the same way, and put there by hand.
"""

import sys

import numpy as np

from pipeline.settings import Settings
from tests.benchmarks.quality import NAMES, story_scores

WORDS = {"full": None, "excerpts": 60, "headlines": 0}
THRESHOLDS = [round(0.03 + 0.005 * step, 3) for step in range(25)]


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "full"
    settings = Settings().stories.model_copy(update={"texts": kind})
    curves = [story_scores(name, settings, THRESHOLDS, WORDS[kind]) for name in NAMES]
    scores = np.array(curves)
    smooth = (scores[:, :-2] + scores[:, 1:-1] + scores[:, 2:]) / 3
    for row, name in enumerate(NAMES):
        best = 1 + int(np.argmax(np.delete(smooth, row, axis=0).mean(axis=0)))
        print(f"{name:14s} left out: {100 * scores[row, best]:.2f} at {THRESHOLDS[best]}")  # noqa: T201
    best = 1 + int(np.argmax(smooth.mean(axis=0)))
    of_all = "  ".join(f"{100 * score:.2f}" for score in scores[:, best])
    print(f"{kind}: threshold {THRESHOLDS[best]}: {of_all}")  # noqa: T201


if __name__ == "__main__":
    main()
