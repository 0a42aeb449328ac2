"""What the tag-to-rating network sees of viewers, films and pairs: plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating import content
from framesense.rating.encoding import AGES, BANDS, GENDERS, year_band
from framesense.rating.features import History
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices, standards


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A batch of pairs, or all of them, one row each."""

    viewer: Rows  # int64, (n,), number of the viewer; the last number is the stranger
    history: Floats  # float64, (n, 3 + genres), see `History.of_viewers`
    age: Rows  # int64, (n,), band; the last is unknown
    gender: Rows  # int64, (n,), likewise
    occupation: Rows  # int64, (n,), likewise
    film: Rows  # int64, (n,), number of the film; the last number is the stranger
    year: Rows  # int64, (n,), band; the last is unknown
    genres: Floats  # float64, (n, g), 0 or 1
    tags: Floats  # float64, (n, t), 0 to 1
    looks: Floats  # float64, (n, k), standardised; 0: average or unknown

    def __len__(self) -> int:
        return len(self.viewer)


@dataclass(frozen=True, slots=True, eq=False)
class Eye:
    """The names it knows and the standards it goes by, from training ratings and their films."""

    history: History
    occupations: tuple[str, ...]
    tags: tuple[str, ...]
    looks: tuple[str, ...]
    look_mean: Floats  # float64, (k,)
    look_sd: Floats  # float64, (k,), above 0

    @classmethod
    def of(cls, data: RatingSet) -> Eye:
        """Learned from `data.ratings`; films that nobody rated set no standard."""
        watched = data.films.content
        names = watched.looks if watched else ()
        rated = np.unique(data.ratings.film)
        mean, sd = standards(content.looks(data.films, names)[rated])
        return cls(
            history=History.of(data),
            occupations=tuple(sorted(set(data.viewers.occupation) - {""})),
            tags=watched.tags if watched else (),
            looks=names,
            look_mean=mean,
            look_sd=sd,
        )

    def sizes(self) -> Sizes:
        """How many of each kind there are, strangers left out."""
        return Sizes(
            viewers=len(self.history.viewer_ids),
            films=len(self.history.film_ids),
            ages=len(AGES) + 1,
            genders=len(GENDERS),
            occupations=len(self.occupations),
            years=BANDS,
            genres=len(self.history.genres),
            tags=len(self.tags),
            looks=len(self.looks),
        )

    def see(
        self, viewers: Viewers, films: Films, user: Rows, film: Rows, own: Rows | None = None
    ) -> Seen:
        """All pairs; `own` are the levels of training rows, left out of their own history."""
        bands = np.where(np.isnan(viewers.age), len(AGES) + 1, np.digitize(viewers.age, AGES))
        look = (content.looks(films, self.looks) - self.look_mean) / self.look_sd
        return Seen(
            viewer=indices(viewers.ids, self.history.viewer_ids)[user],
            history=self.history.of_viewers(viewers, films, user, film, own),
            age=bands[user].astype(np.int64),
            gender=indices(viewers.gender, GENDERS)[user],
            occupation=indices(viewers.occupation, self.occupations)[user],
            film=indices(films.ids, self.history.film_ids)[film],
            year=year_band(films.year)[film],
            genres=content.genres(films, self.history.genres)[film],
            tags=content.tags(films, self.tags)[film],
            looks=np.nan_to_num(look)[film],
        )


@dataclass(frozen=True, slots=True)
class Sizes:
    """How wide the network's tables are."""

    viewers: int
    films: int
    ages: int
    genders: int
    occupations: int
    years: int
    genres: int
    tags: int
    looks: int
