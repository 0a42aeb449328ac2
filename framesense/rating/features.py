"""What viewers and films have shown in their training ratings, as plain columns.

Every statistic is of training ratings alone, and for a training row it leaves that row's own
rating out: a column that holds its own answer would be learned and be worthless later. Few
ratings are drawn towards nothing: sum / (count + SHRINK).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating import content
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

SHRINK = 5.0  # imagined ratings at the overall mean


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Counts and sums of training ratings; the last row is that of strangers, all 0."""

    viewer_ids: tuple[str, ...]
    film_ids: tuple[str, ...]
    genres: tuple[str, ...]
    mean: float  # of all levels
    viewer: Floats  # float64, (v + 1, 3): count, sum and sum of squares of level - mean
    film: Floats  # float64, (f + 1, 2): count, sum
    taste: Floats  # float64, (v + 1, g, 2): count, sum over the viewer's films of a genre

    @classmethod
    def of(cls, data: RatingSet) -> History:
        """Of all of `data.ratings`."""
        rated = data.ratings
        mean = float(rated.level.mean())
        off = rated.level - mean
        viewers, films = len(data.viewers), len(data.films)
        viewer = np.zeros((viewers + 1, 3))
        np.add.at(viewer, rated.user, np.stack([np.ones_like(off), off, off**2], axis=1))
        film = np.zeros((films + 1, 2))
        np.add.at(film, rated.film, np.stack([np.ones_like(off), off], axis=1))
        has = data.films.has_genre[rated.film].astype(np.float64)
        taste = np.zeros((viewers + 1, has.shape[1], 2))
        np.add.at(taste, rated.user, np.stack([has, has * off[:, None]], axis=2))
        return cls(
            viewer_ids=data.viewers.ids,
            film_ids=data.films.ids,
            genres=data.films.genres,
            mean=mean,
            viewer=viewer,
            film=film,
            taste=taste,
        )

    def of_viewers(
        self, viewers: Viewers, films: Films, user: Rows, film: Rows, own: Rows | None = None
    ) -> Floats:
        """Viewer columns for pairs (n,): float64, (n, 3 + genres), about 0.

        Mean deviation from the overall mean, spread, log(1 + count), and for each genre how much
        the viewer's mean deviation in it exceeds that. `own` (n,) are the pairs' own levels, 1 to
        5, when they are training rows.
        """
        row = indices(viewers.ids, self.viewer_ids)[user]
        total, taste = self.viewer[row], self.taste[row]
        if own is not None:
            off = own - self.mean
            has = content.genres(films, self.genres)[film]
            total = total - np.stack([np.ones_like(off), off, off**2], axis=1)
            taste = taste - np.stack([has, has * off[:, None]], axis=2)
        deviation = total[:, 1] / (total[:, 0] + SHRINK)
        spread = np.sqrt((total[:, 2] + SHRINK) / (total[:, 0] + SHRINK)) - 1
        by_genre = (taste[..., 1] - taste[..., 0] * deviation[:, None]) / (taste[..., 0] + SHRINK)
        return np.column_stack([deviation, spread, np.log1p(total[:, 0]), by_genre])

    def of_films(self, films: Films, film: Rows, own: Rows | None = None) -> Floats:
        """Film columns for pairs (n,): float64, (n, 2): mean deviation and log(1 + count)."""
        total = self.film[indices(films.ids, self.film_ids)[film]]
        if own is not None:
            off = own - self.mean
            total = total - np.stack([np.ones_like(off), off], axis=1)
        return np.column_stack([total[:, 1] / (total[:, 0] + SHRINK), np.log1p(total[:, 0])])
