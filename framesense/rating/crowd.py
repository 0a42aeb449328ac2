"""What people of some age and gender think of a film: the answer for new viewers of rated films.

    score = mean + viewer's part + (1, female, age) · film's parts

The film's parts are sums over its columns: itself, its genres, how many have rated it, and their
average age and gender. One ridge regression finds all parts at once, so that a film is not held
for bad because harsh viewers have rated it; a new viewer's own part is the average one.

The answer is the film's own distribution of levels, filled up with that of all films as well
liked, tilted to the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framesense.rating import content, levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Chosen on validation viewers (benchmarks/rating.md, third round of new viewers).
# Imagined ratings: at 0, by average viewers, of films as well liked.
VIEWER_SHRINK, PART_SHRINK = 5.0, np.array([8.0, 100.0, 100.0])
RATERS_SHRINK, LEVEL_SHRINK = 10.0, 100.0
RATERS_WEIGHT = 2.0  # how large its raters' age and gender are among a film's columns
GROUPS = 20  # of films as well liked, each with as many ratings


@dataclass(frozen=True, slots=True)
class Crowd:
    name: str = "crowd"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> CrowdPredictor:
        """Of all of `data.ratings`; the seed changes nothing."""
        rated = data.ratings
        mean = float(rated.level.mean())
        centre = _centre(data.viewers, rated.user)
        said = _said(data.viewers, centre)[rated.user]
        part = _parts(data, said, rated.level.astype(np.float64) - mean)
        of_film = part[:, 0] + mean
        of_film += (rated.level - of_film[rated.film]).mean()
        given = np.zeros((len(data.films), 5))
        np.add.at(given, (rated.film, rated.level - 1), 1)
        imagined = LEVEL_SHRINK * _as_well_liked(given, of_film)
        return CrowdPredictor(
            film_ids=data.films.ids,
            centre=centre,
            mean=np.append(of_film, mean),
            slope=np.vstack([part[:, 1:], np.zeros(2)]),
            shares=levels.normalised(np.vstack([given + imagined, levels.shares(rated.level)])),
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


def _parts(data: RatingSet, said: Floats, off: Floats) -> Floats:
    """Each film's parts (films, 3): for everybody, for a woman, for a decade of age.

    `said` (n, 2) and `off` (n,), levels from the mean, are of the ratings.
    """
    from scipy.sparse import csr_matrix, diags, hstack, identity
    from scipy.sparse.linalg import lsmr

    rated = data.ratings
    columns = _columns(data, said)
    of_viewer = csr_matrix(identity(len(data.viewers)) / np.sqrt(VIEWER_SHRINK))[rated.user]
    of_film = columns[rated.film]
    sides = np.column_stack([np.ones(len(off)), said]) / np.sqrt(PART_SHRINK)
    table = hstack([of_viewer, *(diags(side) @ of_film for side in sides.T)])
    weight = lsmr(table.tocsr(), off, damp=1.0)[0][len(data.viewers) :]
    return np.asarray(columns @ weight.reshape(3, -1).T / np.sqrt(PART_SHRINK))


def _columns(data: RatingSet, said: Floats) -> csr_matrix:
    """What is known of each film, (films, films + genres + 4): itself, and what others share."""
    from scipy.sparse import csr_matrix, hstack, identity

    film, films = data.ratings.film, len(data.films)
    count = np.bincount(film, minlength=films)
    much = np.log10(1 + count)
    much -= much[film].mean()
    beyond = (said - said.mean(axis=0)).T
    total = np.array([np.bincount(film, side, minlength=films) for side in beyond])
    raters = RATERS_WEIGHT * total / (count + RATERS_SHRINK)
    genres = content.genres(data.films, data.films.genres)
    known = np.column_stack([genres, much, much**2, *raters])
    return hstack([identity(films), csr_matrix(known)]).tocsr()


def _as_well_liked(given: Floats, mean: Floats) -> Floats:
    """How films of about each film's mean were rated, tilted to that mean: (films, 5).

    `given` (films, 5) counts the ratings of each level.
    """
    order = np.argsort(mean, kind="stable")
    until = given[order].sum(axis=1).cumsum()
    group = np.empty(len(mean), np.int64)
    group[order] = np.minimum(until / until[-1] * GROUPS, GROUPS - 1)
    total = np.ones((GROUPS, 5))  # one imagined rating a level, as in `levels.shares`
    np.add.at(total, group, given)
    return levels.with_mean(levels.normalised(total)[group], mean)
