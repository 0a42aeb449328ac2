"""What do visual features add for films nobody has rated? benchmarks/rating_visual.md and .json.

    python benchmarks/rating_visual.py --data ML-100K --looks LLVisualFeatures13K_Log.csv
        --ids ml100k_to_ml20m.csv [--year known] [--rounds 2] [--minutes 5]

Only films with features take part. Films are held out in five parts, anew each round; the machine
("fm-content"), the network ("cnn") and their average ("new-films", what the rater answers for such
films) learn with and without the features from the same ratings, and are compared part by part.
What the JSON has is kept, and a run goes on where the last one stopped.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
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
from framesense.rating.protocols import COLD_PARTS, Fold, folds
from framesense.rating.ratings import Films, Floats, Ratings, RatingSet
from framesense.rating.tags import with_looks
from framesense.rating.warm import WarmModel

HERE = Path(__file__).parent
MODELS: tuple[Model, ...] = (
    # Features are learnt slowly beside films' ids: a chain twice as long as the rater's.
    WarmModel("fm-content", raters=False, chains=1, sampling=Sampling(10, 800, 200, 6)),
    ColdModel(networks=2),  # the rater has three
)
BOTH = "new-films"


@dataclass(frozen=True, slots=True)
class FilmError:
    """Of one animated film held out: sums of squared errors over its ratings."""

    film_id: str
    ratings: int
    without: float
    with_looks: float


@dataclass(frozen=True, slots=True)
class Pair:
    """One part of the films held out, answered without and with the features."""

    data: str
    model: str
    year: bool  # whether the year of release was known to both
    round: int
    part: int
    films: int
    ratings: int
    train_share: float
    rmse: tuple[float, float]  # without, with
    auc: tuple[float, float]
    animation: tuple[FilmError, ...]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--looks", required=True, type=Path)
    arguments.add_argument("--ids", type=Path)
    arguments.add_argument("--year", choices=("known", "hidden"), default="hidden")
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--minutes", type=float, default=float("inf"), help="then stop")
    given = arguments.parse_args()
    until = time.monotonic() + given.minutes * 60
    seen = watched_only(with_looks(read(given.data), given.looks, given.ids))
    kept = HERE / "rating_visual.json"
    pairs = msgspec.json.decode(kept.read_bytes(), type=list[Pair]) if kept.exists() else []
    year = given.year == "known"
    for turn in range(given.rounds):
        for part, fold in enumerate(folds("cold-items", seen.ratings, seed=turn)):
            if (seen.name, year, turn, part) in {(p.data, p.year, p.round, p.part) for p in pairs}:
                continue
            if time.monotonic() > until:
                return
            pairs += compare(seen, fold, year=year, turn=turn, part=part)
            print(*pairs[-3:], sep="\n", flush=True)
            plain = msgspec.json.encode([asdict(pair) for pair in pairs])
            write_atomically(kept, msgspec.json.format(plain, indent=1) + b"\n")
            write_atomically(HERE / "rating_visual.md", report(pairs).encode())


def watched_only(data: RatingSet) -> RatingSet:
    """Ratings of films with features alone."""
    assert data.films.content is not None
    watched = ~np.isnan(data.films.content.look).any(axis=1)
    return data.only(np.flatnonzero(watched[data.ratings.film]))


def compare(data: RatingSet, fold: Fold, *, year: bool, turn: int, part: int) -> list[Pair]:
    """One of each model and of their average."""
    films = data.films if year else replace(data.films, year=np.full(len(data.films), np.nan))
    tested = data.ratings.take(fold.test)
    answers: dict[str, list[Floats]] = {}  # model -> distributions without, with
    for shown in (replace(films, content=None), films):
        arm = replace(data, films=shown)
        found = []
        for model in MODELS:
            fitted = model.fit(arm.only(fold.train), seed=turn)
            found.append(fitted.predict(arm.viewers, arm.films, tested.user, tested.film))
            answers.setdefault(model.name, []).append(found[-1])
        answers.setdefault(BOTH, []).append(np.asarray(np.mean(found, axis=0)))
    pairs = []
    for name, (without, with_look) in answers.items():
        scores = [score(answer, tested.level, tested.user) for answer in (without, with_look)]
        pairs.append(
            Pair(
                data=data.name,
                model=name,
                year=year,
                round=turn,
                part=part,
                films=len(np.unique(data.ratings.film)),
                ratings=len(data.ratings),
                train_share=len(fold.train) / len(data.ratings),
                rmse=(scores[0].rmse, scores[1].rmse),
                auc=(scores[0].auc, scores[1].auc),
                animation=of_films(films, tested, without, with_look),
            )
        )
    return pairs


def of_films(
    films: Films, tested: Ratings, without: Floats, with_look: Floats
) -> tuple[FilmError, ...]:
    """Of each animated film among those tested."""
    drawn = films.has_genre[:, films.genres.index("Animation")]
    errors = [(levels.mean(answer) - tested.level) ** 2 for answer in (without, with_look)]
    return tuple(
        FilmError(
            film_id=films.ids[film],
            ratings=int(rows.sum()),
            without=round(float(errors[0][rows].sum()), 3),
            with_looks=round(float(errors[1][rows].sum()), 3),
        )
        for film in np.unique(tested.film[drawn[tested.film]])
        for rows in [tested.film == film]
    )


def interval(gains: Floats) -> str:
    """Mean and 95 %, of parts that share most of their training films.

    Student's t with the corrected variance (1/n + test/train) s² of Nadeau and Bengio (2003), as
    rounds of the same films are not independent.
    """
    from scipy.stats import t

    n = len(gains)
    if n < 2:
        return f"{gains.mean():+.4f}"
    spread = np.sqrt((1 / n + 1 / (COLD_PARTS - 1)) * gains.var(ddof=1))
    return f"{gains.mean():+.4f} ± {t.ppf(0.975, n - 1) * spread:.4f}"


def of_animation(pairs: Sequence[Pair]) -> tuple[int, int, str]:
    """Films, ratings, and the gain in RMSE with 95 % of the bootstrap over films."""
    per_film: dict[str, list[FilmError]] = {}
    for error in (error for pair in pairs for error in pair.animation):
        per_film.setdefault(error.film_id, []).append(error)
    if not per_film:
        return 0, 0, ""
    sums = np.array(
        [
            [np.mean([getattr(e, name) for e in found]) for name in ("without", "with_looks")]
            + [found[0].ratings]
            for found in per_film.values()
        ]
    )

    def gain(total: Floats) -> Floats:
        without, with_looks, count = np.moveaxis(total, -1, 0)
        return np.asarray(np.sqrt(without / count) - np.sqrt(with_looks / count))

    picks = np.random.default_rng(0).integers(0, len(sums), (5000, len(sums)))
    low, high = np.quantile(gain(sums[picks].sum(axis=1)), [0.025, 0.975])
    middle = float(gain(sums.sum(axis=0)))
    return len(sums), int(sums[:, 2].sum()), f"{middle:+.4f} [{low:+.4f}, {high:+.4f}]"


def report(pairs: Sequence[Pair]) -> str:
    head = (
        "# What visual features add for films nobody has rated\n\n"
        "2026-11-24 to 28, 2 shared cores, no GPU. `python benchmarks/rating_visual.py --data "
        "ml-100k --looks LLVisualFeatures13K_Log.csv --ids ml100k_to_ml20m.csv --rounds 2`. "
        "Features: the seven of the Mise-en-Scène Visual Features Dataset (Deldjoo et al.), taken "
        "from trailers. Films held out in five parts, each round anew; gains are paired by part. "
        "± is a 95 % interval over the parts, widened for what they share (Nadeau and Bengio "
        "2003); ± (plain) is Student's t as if they shared nothing. For Animation a bootstrap "
        "over its films.\n\n"
        "| data | model | year known | films | parts | RMSE genre | + visual | gain | (plain) "
        "| AUC genre | + visual | gain | parts better | Animation: films, ratings | RMSE gain |\n"
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    kinds = sorted({(pair.data, pair.model, pair.year) for pair in pairs})
    rows = [[p for p in pairs if (p.data, p.model, p.year) == kind] for kind in kinds]
    return head + "".join(map(_row, rows)) + (HERE / "rating_visual.notes.md").read_text()


def _row(pairs: Sequence[Pair]) -> str:
    from scipy.stats import t

    first, n = pairs[0], len(pairs)
    rmse, auc = (np.array([getattr(p, name) for p in pairs]) for name in ("rmse", "auc"))
    better = rmse[:, 0] - rmse[:, 1]
    plain = t.ppf(0.975, n - 1) * better.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
    films, ratings, animation = of_animation(pairs)
    cells = [
        first.data,
        first.model,
        "yes" if first.year else "no",
        f"{first.films:,}",
        str(n),
        *(f"{value:.4f}" for value in rmse.mean(axis=0)),
        interval(better),
        f"± {plain:.4f}",
        *(f"{value:.4f}" for value in auc.mean(axis=0)),
        interval(auc[:, 1] - auc[:, 0]),
        f"{int((better > 0).sum())} of {n}",
        f"{films}, {ratings:,}",
        animation,
    ]
    return "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    main()
