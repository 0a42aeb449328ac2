"""The predictor of films that people have rated: chains of Bayesian factorisation machines.

Each sample of each chain gives a distribution over the levels; the answer is their average.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from framesense.rating import levels
from framesense.rating.encoding import Encoding, shares
from framesense.rating.gibbs import Chain, Pairs, Sampling, sample_chain
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.scoring import Side, distributions, excesses
from framesense.rating.vocabulary import indices

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class WarmModel:
    """Settings; `raters` is off for new films: see `Encoding`."""

    name: str = "fm"
    chains: int = 3
    raters: bool = True
    sampling: Sampling = field(default_factory=Sampling)

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> WarmPredictor:
        """Learn from all of `data.ratings`. Raises DeviceError when myfm is not installed."""
        encoding = Encoding.of(data, with_raters=self.raters)
        rated = data.ratings
        pairs = _pairs(encoding, data.viewers, data.films, rated.user, rated.film)
        scale = indices(data.viewers.ids, encoding.viewer_ids)[rated.user]
        steps, total = count(1), self.chains * self.sampling.iterations

        def step() -> None:
            show("sampling", next(steps) / total)

        def run(number: int) -> Chain:
            seed_of_chain = seed * 1000 + number
            return sample_chain(
                pairs, rated.level, scale, self.sampling, seed=seed_of_chain, step=step
            )

        chains = [run(number) for number in range(self.chains)]
        known = np.unique(rated.user), np.unique(rated.film)
        sides = _viewers(encoding, data.viewers, known[0]), _films(encoding, data.films, known[1])
        rows = encoding.rated_user, encoding.rated_film
        beyond = tuple(excesses(chain, *sides, *rows) for chain in chains)
        return WarmPredictor(encoding, tuple(chains), beyond)


@dataclass(frozen=True, slots=True, eq=False)
class WarmPredictor:
    encoding: Encoding
    chains: tuple[Chain, ...]
    excess: tuple[Floats, ...]  # of each chain, (samples, 3), see `scoring`

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        scale = indices(viewers.ids, self.encoding.viewer_ids)[user]
        users, user = np.unique(user, return_inverse=True)
        shown, film = np.unique(film, return_inverse=True)
        sides = _viewers(self.encoding, viewers, users), _films(self.encoding, films, shown)
        answers = [
            distributions(chain, beyond, *sides, user, film, scale)
            for chain, beyond in zip(self.chains, self.excess, strict=True)
        ]
        return levels.normalised(np.mean(answers, axis=0))


def _viewers(encoding: Encoding, viewers: Viewers, rows: Rows) -> Side:
    return _side(
        [block[rows] for block in encoding.viewer_blocks(viewers)],
        encoding.own_of_viewers,
        number=indices(viewers.ids, encoding.viewer_ids)[rows],
        rated=encoding.rated_user,
    )


def _films(encoding: Encoding, films: Films, rows: Rows) -> Side:
    return _side(
        [block[rows] for block in encoding.film_blocks(films)],
        encoding.own_of_films,
        number=indices(films.ids, encoding.film_ids)[rows],
        rated=encoding.rated_film,
    )


def _side(
    blocks: list[csr_matrix], own: Callable[[int], csr_matrix], *, number: Rows, rated: Rows
) -> Side:
    """`number` (n,) are places among the known, `rated` those of the training ratings."""
    from scipy.sparse import hstack

    columns, share = hstack(blocks).tocsr(), shares(rated)
    return Side(columns, number == len(share), own(columns.shape[1]), share)


def _pairs(encoding: Encoding, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Pairs:
    """Only the rows that take part: every row costs time."""
    users, user = np.unique(user, return_inverse=True)
    shown, film = np.unique(film, return_inverse=True)
    return Pairs(
        viewers=[block[users] for block in encoding.viewer_blocks(viewers)],
        films=[block[shown] for block in encoding.film_blocks(films)],
        user=user,
        film=film,
    )
