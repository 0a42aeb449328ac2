"""What do visual features add for films nobody has rated? benchmarks/rating_visual.md and .json.

    python benchmarks/rating_visual.py --data ML-100K --looks LLVisualFeatures13K_Log.csv
        --ids ml100k_to_ml20m.csv

Only films with features take part. Films are held out in five parts; each model answers with and
without the features, from the same training ratings, and is compared fold by fold. Intervals are
95 %: Student's t over the folds, and for one genre the bootstrap over its films.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from framesense.atomic import write_atomically
from framesense.rating import levels
from framesense.rating.cold import ColdModel
from framesense.rating.gibbs import Sampling
from framesense.rating.metrics import score
from framesense.rating.models import Model
from framesense.rating.movielens import read
from framesense.rating.protocols import folds
from framesense.rating.ratings import Floats, RatingSet
from framesense.rating.tags import with_looks
from framesense.rating.warm import WarmModel

HERE = Path(__file__).parent
CAUTION = """
An interval that holds 0 claims nothing. The features are of trailers, not of the films; where the
year is hidden, part of a gain may be the year's, which the look of a film betrays.
"""
T_4 = 2.776  # Student's t, 97.5 %, 4 degrees of freedom: of five folds
MODELS: dict[str, Model] = {
    "cnn": ColdModel(networks=2),
    "fm-content": WarmModel(
        "fm-content", raters=False, chains=1, sampling=Sampling(10, 200, 40, 2)
    ),
}


@dataclass(frozen=True, slots=True)
class Gain:
    """Of the features, paired: positive is better."""

    data: str
    model: str
    year: bool  # whether the year of release was known to both
    films: int
    ratings: int
    rmse_without: float
    rmse_with: float
    rmse_gain: float
    rmse_half_width: float
    auc_without: float
    auc_with: float
    auc_gain: float
    auc_half_width: float
    folds_better: int  # by RMSE, of five
    animation_films: int
    animation_ratings: int
    animation_gain: float  # RMSE
    animation_low: float
    animation_high: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--looks", required=True, type=Path)
    arguments.add_argument("--ids", type=Path)
    arguments.add_argument("--model", choices=MODELS)
    arguments.add_argument("--year", choices=("known", "hidden"))
    given = arguments.parse_args()
    seen = watched_only(with_looks(read(given.data), given.looks, given.ids))
    kept = HERE / "rating_visual.json"
    gains = msgspec.json.decode(kept.read_bytes(), type=list[Gain]) if kept.exists() else []
    for name in MODELS:
        for year in (False, True):
            if given.model not in (None, name) or given.year == ("hidden" if year else "known"):
                continue
            found = gain(name, seen, year=year)
            print(found, flush=True)
            same = (found.data, found.model, found.year)
            gains = [g for g in gains if (g.data, g.model, g.year) != same] + [found]
            plain = msgspec.json.encode([asdict(g) for g in gains])
            write_atomically(kept, msgspec.json.format(plain, indent=1) + b"\n")
            write_atomically(HERE / "rating_visual.md", report(gains).encode())


def watched_only(data: RatingSet) -> RatingSet:
    """Ratings of films with features alone."""
    assert data.films.content is not None
    watched = ~np.isnan(data.films.content.look).any(axis=1)
    return data.only(np.flatnonzero(watched[data.ratings.film]))


def gain(name: str, data: RatingSet, *, year: bool) -> Gain:
    films = data.films if year else replace(data.films, year=np.full(len(data.films), np.nan))
    arms = [replace(data, films=replace(films, content=None)), replace(data, films=films)]
    scores, errors = [], [np.zeros(len(data.ratings)), np.zeros(len(data.ratings))]
    for fold in folds("cold-items", data.ratings):
        tested, of_fold = data.ratings.take(fold.test), []
        for arm, error in zip(arms, errors, strict=True):
            fitted = MODELS[name].fit(arm.only(fold.train), seed=0)
            answer = fitted.predict(arm.viewers, arm.films, tested.user, tested.film)
            error[fold.test] = (levels.mean(answer) - tested.level) ** 2
            found = score(answer, tested.level, tested.user)
            of_fold.append((found.rmse, found.auc))
        scores.append(of_fold)
    rmse, auc = np.moveaxis(np.array(scores), 2, 0)  # each (folds, 2): without, with
    drawn = data.films.has_genre[data.ratings.film, data.films.genres.index("Animation")]
    low, middle, high = bootstrap(data.ratings.film[drawn], errors[0][drawn], errors[1][drawn])
    return Gain(
        data=data.name,
        model=name,
        year=year,
        films=len(np.unique(data.ratings.film)),
        ratings=len(data.ratings),
        rmse_without=float(rmse[:, 0].mean()),
        rmse_with=float(rmse[:, 1].mean()),
        rmse_gain=float((rmse[:, 0] - rmse[:, 1]).mean()),
        rmse_half_width=half_width(rmse[:, 0] - rmse[:, 1]),
        auc_without=float(auc[:, 0].mean()),
        auc_with=float(auc[:, 1].mean()),
        auc_gain=float((auc[:, 1] - auc[:, 0]).mean()),
        auc_half_width=half_width(auc[:, 1] - auc[:, 0]),
        folds_better=int((rmse[:, 1] < rmse[:, 0]).sum()),
        animation_films=len(np.unique(data.ratings.film[drawn])),
        animation_ratings=int(drawn.sum()),
        animation_gain=middle,
        animation_low=low,
        animation_high=high,
    )


def half_width(paired: Floats) -> float:
    return float(T_4 * paired.std(ddof=1) / np.sqrt(len(paired)))


def bootstrap(film: Floats, without: Floats, with_looks: Floats) -> tuple[float, float, float]:
    """2.5 %, the whole, 97.5 % of the gain in RMSE over resampled films."""
    _, index = np.unique(film, return_inverse=True)
    sums = [np.bincount(index, values) for values in (np.ones(len(film)), without, with_looks)]
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(sums[0]), (5000, len(sums[0])))
    count, a, b = (values[picks].sum(axis=1) for values in sums)
    gains = np.sqrt(a / count) - np.sqrt(b / count)
    whole = float(np.sqrt(without.mean()) - np.sqrt(with_looks.mean()))
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(low), whole, float(high)


def report(gains: list[Gain]) -> str:
    head = (
        "# What visual features add for films nobody has rated\n\n"
        "2026-11-24, 2 shared cores, no GPU. `python benchmarks/rating_visual.py --data ml-100k "
        "--looks LLVisualFeatures13K_Log.csv --ids ml100k_to_ml20m.csv`. Features: the seven of "
        "the Mise-en-Scène Visual Features Dataset (Deldjoo et al.), taken from trailers. Films "
        "held out in five parts; gains are paired by fold, ± is a 95 % interval over the folds; "
        "for Animation a bootstrap over its films.\n\n"
        "| data | model | year known | films | RMSE genre | + visual | gain | AUC genre | + visual "
        "| gain | folds better | Animation: films, ratings | RMSE gain |\n"
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "".join(map(_row, gains)) + CAUTION


def _row(g: Gain) -> str:
    cells = [
        g.data,
        g.model,
        "yes" if g.year else "no",
        f"{g.films:,}",
        f"{g.rmse_without:.4f}",
        f"{g.rmse_with:.4f}",
        f"{g.rmse_gain:+.4f} ± {g.rmse_half_width:.4f}",
        f"{g.auc_without:.4f}",
        f"{g.auc_with:.4f}",
        f"{g.auc_gain:+.4f} ± {g.auc_half_width:.4f}",
        f"{g.folds_better} of 5",
        f"{g.animation_films}, {g.animation_ratings:,}",
        f"{g.animation_gain:+.4f} [{g.animation_low:+.4f}, {g.animation_high:+.4f}]",
    ]
    return "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    main()
