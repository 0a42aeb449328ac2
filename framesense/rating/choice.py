"""Models by name."""

from __future__ import annotations

import difflib
from dataclasses import replace

from framesense.errors import UsageError
from framesense.rating.baselines import Baseline
from framesense.rating.blend import Blended
from framesense.rating.boosting import Boosting
from framesense.rating.crowd import Crowd
from framesense.rating.linear import Linear
from framesense.rating.mixture import Mixture
from framesense.rating.models import Model
from framesense.rating.svdpp import SvdPlusPlus

# Where films are new, the rater answers as "new-films" does; where viewers are, as "crowd".
RATER = Blended()
MODELS: dict[str, Model] = {
    "majority": Baseline("majority"),
    "viewer-mean": Baseline("viewer-mean"),
    "film-mean": Baseline("film-mean"),
    "bias": Baseline("bias"),
    "crowd": Crowd(),
    "svd++": SvdPlusPlus(),
    "lightgbm": Boosting(),
    "fm": RATER.warm,
    "fm-content": RATER.content,
    "cnn": RATER.cold,
    "linear": Linear(),
    "new-films": Mixture("new-films", (RATER.content, RATER.cold)),
    "rater": RATER,
}


def make_model(name: str, *, workers: int = 1) -> Model:
    """The rater with so many workers. Raises UsageError that names the nearest."""
    if name == RATER.name:
        return replace(RATER, workers=workers)
    if name in MODELS:
        return MODELS[name]
    near = difflib.get_close_matches(name, MODELS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(MODELS)}"
    raise UsageError(f"unknown rating model: {name}", remedy=hint)
