"""A model held to a protocol: its scores fold by fold, as JSON and Markdown."""

from __future__ import annotations

import math
import statistics
import time
from dataclasses import asdict, dataclass

import msgspec

from framesense.rating.metrics import NAMES, Scores, score
from framesense.rating.models import Model, Show, silent
from framesense.rating.protocols import Fold, folds
from framesense.rating.ratings import RatingSet


@dataclass(frozen=True, slots=True)
class FoldResult:
    fold: str
    train: int  # ratings
    test: int
    scores: Scores
    seconds: float  # to fit and predict


@dataclass(frozen=True, slots=True)
class Result:
    """One model under one protocol."""

    data: str
    protocol: str
    model: str
    seed: int
    folds: tuple[FoldResult, ...]

    def mean(self, measure: str) -> float:
        """Over the folds; NaN where no fold has it."""
        known = self._known(measure)
        return statistics.fmean(known) if known else math.nan

    def sd(self, measure: str) -> float:
        """Sample standard deviation over the folds; 0 of one fold."""
        known = self._known(measure)
        return statistics.stdev(known) if len(known) > 1 else 0.0

    def _known(self, measure: str) -> list[float]:
        values = [getattr(fold.scores, measure) for fold in self.folds]
        return [value for value in values if not math.isnan(value)]


def evaluate(
    model: Model, data: RatingSet, protocol: str, *, seed: int = 0, show: Show = silent
) -> Result:
    """Fit and test on every fold. Raises UsageError or InputError as `folds` does."""
    todo = folds(protocol, data.ratings, seed=seed)
    results = []
    for number, fold in enumerate(todo):

        def part(what: str, share: float, number: int = number, fold: Fold = fold) -> None:
            show(f"{model.name} {fold.name}: {what}", (number + share) / len(todo))

        results.append(evaluate_fold(model, data, fold, seed=seed, show=part))
    return Result(data.name, protocol, model.name, seed, tuple(results))


def evaluate_fold(
    model: Model, data: RatingSet, fold: Fold, *, seed: int = 0, show: Show = silent
) -> FoldResult:
    """Fit on the fold's training rows, test on its others."""
    started = time.perf_counter()
    fitted = model.fit(data.only(fold.train), seed=seed, show=show)
    tested = data.ratings.take(fold.test)
    answer = fitted.predict(data.viewers, data.films, tested.user, tested.film)
    seconds = time.perf_counter() - started
    found = score(answer, tested.level, tested.user)
    return FoldResult(fold.name, len(fold.train), len(fold.test), found, round(seconds, 1))


def to_json(results: list[Result]) -> bytes:
    """All folds and their means; NaN is null."""
    plain = [
        asdict(result)
        | {
            "mean": {name: result.mean(name) for name in NAMES},
            "sd": {name: result.sd(name) for name in NAMES},
        }
        for result in results
    ]
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


def to_markdown(results: list[Result]) -> str:
    """A table with a row a model: mean ± sd over folds; a dash where no fold has the measure."""
    head = "| protocol | model | folds | " + " | ".join(map(_title, NAMES)) + " | s/fold |"
    rule = "|---|---|--:|" + "--:|" * (len(NAMES) + 1)
    return "\n".join([head, rule, *map(_row, results)]) + "\n"


def _row(result: Result) -> str:
    cells = [_cell(result.mean(name), result.sd(name)) for name in NAMES]
    seconds = statistics.fmean(fold.seconds for fold in result.folds)
    cells = [result.protocol, result.model, str(len(result.folds)), *cells, f"{seconds:.0f}"]
    return "| " + " | ".join(cells) + " |"


def _cell(mean: float, sd: float) -> str:
    return "–" if math.isnan(mean) else f"{mean:.4f} ± {sd:.4f}"


def _title(measure: str) -> str:
    return {
        "accuracy": "accuracy",
        "within_one": "±1 accuracy",
        "mae": "MAE",
        "rmse": "RMSE",
        "log_loss": "log-loss",
        "auc": "AUC ≥ 4",
        "ndcg10": "NDCG@10",
    }[measure]
