"""The predictor of films that people have rated: chains of Bayesian factorisation machines.

Each sample of each chain gives a distribution over the levels; the answer is their average.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from framesense.rating import levels
from framesense.rating.encoding import Encoding, shares
from framesense.rating.gibbs import Chain, Pairs, Sampling, sample_chain, scores
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices


@dataclass(frozen=True, slots=True)
class WarmModel:
    """Settings; `raters` is off for new films: see `Encoding`."""

    name: str = "fm"
    chains: int = 3
    raters: bool = True
    workers: int = 1  # chains run at a time
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

        with ThreadPoolExecutor(self.workers) as pool:
            chains = list(pool.map(run, range(self.chains)))
        return WarmPredictor(encoding, tuple(chains))


@dataclass(frozen=True, slots=True, eq=False)
class WarmPredictor:
    encoding: Encoding
    chains: tuple[Chain, ...]

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        pairs = _pairs(self.encoding, viewers, films, user, film)
        scale = indices(viewers.ids, self.encoding.viewer_ids)[user]
        share = shares(self.encoding.rated_user)
        return levels.normalised(
            np.mean([_average(chain, pairs, scale, share) for chain in self.chains], axis=0)
        )


def _pairs(encoding: Encoding, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Pairs:
    """Only the rows that take part: a stranger's is long, and every row costs time."""
    users, user = np.unique(user, return_inverse=True)
    shown, film = np.unique(film, return_inverse=True)
    return Pairs(
        viewers=[block[users] for block in encoding.viewer_blocks(viewers)],
        films=[block[shown] for block in encoding.film_blocks(films)],
        user=user,
        film=film,
    )


def _average(chain: Chain, pairs: Pairs, scale: Rows, share: Floats) -> Floats:
    """Mean over the samples of a chain, (n, 5); strangers have the average rating's cutpoints."""
    from scipy.special import ndtr

    total = np.zeros((len(scale), 5))
    for cutpoints, score in zip(chain.cutpoints, scores(chain, pairs), strict=True):
        cuts = cutpoints.astype(np.float64)
        with_stranger = np.vstack([cuts, share @ cuts])
        below = ndtr(with_stranger[scale] - score[:, None])
        total += np.diff(below, axis=1, prepend=0, append=1)
    return np.asarray(total / len(chain.w0))
