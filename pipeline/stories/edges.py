"""The edge model: how much each likeness of two articles counts, and what joins groups."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.settings import StorySettings

PATH = Path(__file__).with_name("edges.toml")


@dataclass(frozen=True)
class EdgeModel:
    """Weights for collections of texts of one length; see ``edges.toml``."""

    kind: str
    """``full``, ``excerpts`` or ``headlines``."""
    words: int
    """Of the median text from which the model applies."""
    whole: float
    lead: float
    title: float
    crowding: float
    threshold: float
    stray: float


def edge_model(text_words: NDArray[np.int64], settings: StorySettings) -> EdgeModel:
    """Choose the model that fits a collection.

    Parameters
    ----------
    text_words : int64 array, shape (n,)
        Words of each text, without its title.
    settings : StorySettings
        Where ``texts`` is not ``auto``, it names the model, whatever the texts.

    Returns
    -------
    EdgeModel
    """
    known = models()
    if settings.texts != "auto":
        return known[settings.texts]
    median = float(np.median(text_words)) if len(text_words) else 0.0
    return max(
        (model for model in known.values() if model.words <= median),
        key=lambda model: model.words,
    )


@cache
def models() -> dict[str, EdgeModel]:
    """Read the model of each kind of texts."""
    tables = tomllib.loads(PATH.read_text("utf-8"))
    return {kind: EdgeModel(kind, **values) for kind, values in tables.items()}
