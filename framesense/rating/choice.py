"""Models by name."""

from __future__ import annotations

import difflib

from framesense.errors import UsageError
from framesense.rating.baselines import Baseline
from framesense.rating.blend import Blended
from framesense.rating.boosting import Boosting
from framesense.rating.cold import ColdModel
from framesense.rating.models import Model
from framesense.rating.svdpp import SvdPlusPlus
from framesense.rating.warm import WarmModel

MODELS: dict[str, Model] = {
    "majority": Baseline("majority"),
    "viewer-mean": Baseline("viewer-mean"),
    "film-mean": Baseline("film-mean"),
    "bias": Baseline("bias"),
    "svd++": SvdPlusPlus(),
    "lightgbm": Boosting(),
    "fm": WarmModel(workers=2),
    "fm-content": WarmModel("fm-content", raters=False, workers=2),
    "fm-crowd": WarmModel("fm-crowd", rated=False, workers=2),
    "cnn": ColdModel(),
    "rater": Blended(),
}


def make_model(name: str) -> Model:
    """Raises UsageError that names the nearest."""
    if name in MODELS:
        return MODELS[name]
    near = difflib.get_close_matches(name, MODELS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(MODELS)}"
    raise UsageError(f"unknown rating model: {name}", remedy=hint)
