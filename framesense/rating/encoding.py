"""Viewers and films as the sparse columns of a factorisation machine.

    viewer    id · films rated · age band · gender · occupation
    film      id · raters · genres · year band · tags · look

"Films rated" and "raters" are the implicit feedback of SVD++ (Koren 2008): the training rows'
pairs, each row scaled to unit length. That a film among the others has no raters is a fact, and
tells that few care for it. But the id of a film that training has not seen, and id and films rated
of such a viewer, are unknown: `scoring` puts one of the known in their place, at its share of the
ratings. (A column of their own at its prior would be the average over ids instead, and most films
are little rated and little loved.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framesense.rating import content
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices, standards

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

AGES = (18, 25, 35, 45, 50, 56)  # years at which a band begins, those of ml-1m
GENDERS = ("F", "M")
FIRST_YEAR, BAND_YEARS, BANDS = 1920, 5, 25
LOOK_SCALE = 0.3  # of a standard deviation: what looks tell of new films is nearly a line


@dataclass(frozen=True, slots=True, eq=False)
class Encoding:
    """The columns, and what fills them: all from training ratings."""

    viewer_ids: tuple[str, ...]  # seen in training, ascending
    film_ids: tuple[str, ...]
    rated_user: Rows  # int64, (n,), index into viewer_ids: the training pairs
    rated_film: Rows  # int64, (n,), index into film_ids
    occupations: tuple[str, ...]
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    looks: tuple[str, ...]
    look_mean: Floats  # float64, (k,), over films seen in training
    look_sd: Floats  # float64, (k,), above 0
    with_raters: bool  # False for new films: that nobody has rated them yet tells nothing

    @classmethod
    def of(cls, data: RatingSet, *, with_raters: bool) -> Encoding:
        """Learned from the ratings of `data`."""
        users, user = np.unique(data.ratings.user, return_inverse=True)
        films, film = np.unique(data.ratings.film, return_inverse=True)
        watched = data.films.content
        names = watched.looks if watched else ()
        mean, sd = standards(content.looks(data.films, names)[films])
        return cls(
            viewer_ids=tuple(data.viewers.ids[k] for k in users),
            film_ids=tuple(data.films.ids[k] for k in films),
            rated_user=user.astype(np.int64),
            rated_film=film.astype(np.int64),
            occupations=tuple(sorted({data.viewers.occupation[k] for k in users} - {""})),
            genres=data.films.genres,
            tags=watched.tags if watched else (),
            looks=names,
            look_mean=mean,
            look_sd=sd,
            with_raters=with_raters,
        )

    def viewer_blocks(self, viewers: Viewers) -> list[csr_matrix]:
        """One block of columns a kind, each (len(viewers), columns)."""
        age = np.where(np.isnan(viewers.age), len(AGES) + 1, np.digitize(viewers.age, AGES))
        said = [
            _one_hot(age.astype(np.int64), len(AGES) + 1),
            _one_hot(indices(viewers.gender, GENDERS), len(GENDERS)),
            _one_hot(indices(viewers.occupation, self.occupations), len(self.occupations)),
        ]
        index = indices(viewers.ids, self.viewer_ids)
        history = self._history(self.rated_user, self.rated_film, index)
        return [_ids(index, len(self.viewer_ids)), *said, history]

    def film_blocks(self, films: Films) -> list[csr_matrix]:
        """One block of columns a kind, each (len(films), columns)."""
        from scipy.sparse import csr_matrix

        index = indices(films.ids, self.film_ids)
        blocks = [_ids(index, len(self.film_ids))]
        if self.with_raters:
            blocks.append(self._history(self.rated_film, self.rated_user, index))
        if self.genres:
            blocks.append(_unit_rows(csr_matrix(content.genres(films, self.genres))))
        blocks.append(_one_hot(year_band(films.year), BANDS))
        if self.tags:
            blocks.append(csr_matrix(content.tags(films, self.tags)))
        if self.looks:
            standard = (content.looks(films, self.looks) - self.look_mean) / self.look_sd
            blocks.append(csr_matrix(LOOK_SCALE * np.nan_to_num(standard)))  # unknown: the average
        return blocks

    def own_of_viewers(self, columns: int) -> csr_matrix:
        """What only known viewers have, of so many columns: (known, columns)."""
        from scipy.sparse import csr_matrix, hstack

        known = np.arange(len(self.viewer_ids))
        history = self._history(self.rated_user, self.rated_film, known)
        said = csr_matrix((len(known), columns - len(known) - history.shape[1]))
        return hstack([_ids(known, len(known)), said, history]).tocsr()

    def own_of_films(self, columns: int) -> csr_matrix:
        """What only known films have, of so many columns: (known, columns)."""
        from scipy.sparse import csr_matrix, hstack

        known = np.arange(len(self.film_ids))
        rest = csr_matrix((len(known), columns - len(known)))
        return hstack([_ids(known, len(known)), rest]).tocsr()

    def _history(self, whose: Rows, what: Rows, index: Rows) -> csr_matrix:
        """Training pairs as unit rows (len(index), others), empty for the strange index."""
        from scipy.sparse import csr_matrix

        ones = np.ones(len(whose))
        known = len(self.viewer_ids), len(self.film_ids)
        rows, columns = known if whose is self.rated_user else known[::-1]
        return _unit_rows(csr_matrix((ones, (whose, what)), shape=(rows + 1, columns))[index])


def shares(number: Rows) -> Floats:
    """How much of the ratings each numbered viewer or film has, (k,), summing to 1."""
    return np.bincount(number) / len(number)


def year_band(year: Floats) -> Rows:
    """Five-year band of each year, int64, (n,), 0 to BANDS - 1; BANDS where unknown."""
    band = np.clip((np.nan_to_num(year) - FIRST_YEAR) // BAND_YEARS, 0, BANDS - 1)
    return np.where(np.isnan(year), BANDS, band).astype(np.int64)


def _ids(index: Rows, known: int) -> csr_matrix:
    """(n, known): 1 at each known index, nothing for a stranger."""
    return _one_hot(index, known)[:, :-1]


def _one_hot(index: Rows, count: int) -> csr_matrix:
    """(n, count + 1): the last column is that of the strange and the unknown."""
    from scipy.sparse import csr_matrix

    n = len(index)
    return csr_matrix((np.ones(n), (np.arange(n), index)), shape=(n, count + 1))


def _unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Rows scaled to length 1; empty rows stay empty. All entries are 1 before."""
    from scipy.sparse import diags

    count = np.asarray(matrix.sum(axis=1)).ravel()
    return (diags(1 / np.sqrt(np.maximum(count, 1))) @ matrix).tocsr()
