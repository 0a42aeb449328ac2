"""What people of some age and gender think of a film: the answer for new viewers of rated films.

    score = mean + genres' part + film's part + s·female + a·age

Each part is a least-squares fit of what those before leave, drawn towards 0 (ridge). The answer
is the film's own distribution of levels, a film with few ratings filled up with the overall one,
tilted to that mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating import content, levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

# Imagined ratings at 0, or of the overall distribution.
GENRE_SHRINK, FILM_SHRINK, SLOPE_SHRINK, LEVEL_SHRINK = 300.0, 4.0, 200.0, 50.0


@dataclass(frozen=True, slots=True)
class Crowd:
    name: str = "crowd"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> CrowdPredictor:
        """Of all of `data.ratings`; the seed changes nothing."""
        rated = data.ratings
        mean = float(rated.level.mean())
        genres = content.genres(data.films, data.films.genres)
        has = genres[rated.film]
        left = np.asarray(rated.level - mean, dtype=np.float64)
        within = has.T @ has + GENRE_SHRINK * np.eye(has.shape[1])
        genre = np.linalg.solve(within, has.T @ left)
        left -= has @ genre
        count = np.bincount(rated.film, minlength=len(data.films))
        film = np.bincount(rated.film, left, minlength=len(data.films)) / (count + FILM_SHRINK)
        left -= film[rated.film]

        centre = _centre(data.viewers, rated.user)
        said = _said(data.viewers, centre)[rated.user]
        slope = _slopes(rated.film, said, left, len(data.films))
        offset = float((said * slope[rated.film]).sum(axis=1).mean())

        overall = levels.shares(rated.level)
        mean_of_film = mean - offset + genres @ genre + film
        given = np.zeros((len(data.films), 5))
        np.add.at(given, (rated.film, rated.level - 1), 1)
        imagined = LEVEL_SHRINK * levels.with_mean(overall, mean_of_film)
        return CrowdPredictor(
            film_ids=data.films.ids,
            centre=centre,
            mean=np.append(mean_of_film, mean),
            slope=np.vstack([slope, np.zeros(2)]),
            shares=levels.normalised(np.vstack([given + imagined, overall])),
        )


@dataclass(frozen=True, slots=True, eq=False)
class CrowdPredictor:
    """Of films in the order of `film_ids`; the last row of each array is a strange film's."""

    film_ids: tuple[str, ...]
    centre: Floats  # float64, (2,), what is average: share of women, age in decades
    mean: Floats  # float64, (f + 1,)
    slope: Floats  # float64, (f + 1, 2), levels a woman, a decade
    shares: Floats  # float64, (f + 1, 5)

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        row = indices(films.ids, self.film_ids)[film]
        said = _said(viewers, self.centre)[user]
        return levels.with_mean(
            self.shares[row], self.mean[row] + (said * self.slope[row]).sum(axis=1)
        )


def _centre(viewers: Viewers, user: Rows) -> Floats:
    """Means over the viewers who rated, unknown ones left out; 0 where all are."""
    known = _raw(viewers)[np.unique(user)]
    count = (~np.isnan(known)).sum(axis=0)
    return np.asarray(np.nansum(known, axis=0) / np.maximum(count, 1))


def _said(viewers: Viewers, centre: Floats) -> Floats:
    """Deviations from the average, (v, 2); 0 where unknown."""
    return np.nan_to_num(_raw(viewers) - centre)


def _raw(viewers: Viewers) -> Floats:
    female = [{"F": 1.0, "M": 0.0}.get(word, np.nan) for word in viewers.gender]
    return np.column_stack([np.array(female), viewers.age / 10])


def _slopes(film: Rows, said: Floats, left: Floats, films: int) -> Floats:
    """Each film's ridge regression of `left` (n,) on `said` (n, 2): (films, 2)."""
    within = np.tile(np.eye(2) * SLOPE_SHRINK, (films, 1, 1))
    np.add.at(within, film, said[:, :, None] * said[:, None, :])
    towards = np.zeros((films, 2))
    np.add.at(towards, film, left[:, None] * said)
    return np.asarray(np.linalg.solve(within, towards[..., None])[..., 0])
