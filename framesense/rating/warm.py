"""The predictor of films that people have rated: chains of Bayesian factorisation machines.

Ordered chains give distributions, averaged over samples and chains. Regression chains on the same
columns give means; the distribution is tilted to the weighted mean of both, as the two err apart.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from framesense.rating import levels
from framesense.rating.encoding import Encoding
from framesense.rating.gibbs import Chain, Kind, Pairs, Sampling, Singles, sample_chain, scores
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

ORDERED_WEIGHT = 0.7  # of the ordered mean beside the regression's; chosen on u1's validation rows


@dataclass(frozen=True, slots=True)
class WarmModel:
    """Settings; `raters` is off for films that nobody has rated."""

    name: str = "fm"
    ordered: int = 3  # chains
    regression: int = 2
    raters: bool = True
    workers: int = 1  # chains run at a time
    sampling: Sampling = field(default_factory=Sampling)

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> WarmPredictor:
        """Learn from all of `data.ratings`. Raises DeviceError when myfm is not installed."""
        encoding = Encoding.of(data, with_raters=self.raters)
        rated = data.ratings
        pairs = _pairs(encoding, data.viewers, data.films, rated.user, rated.film)
        scale = indices(data.viewers.ids, encoding.viewer_ids)[rated.user]
        steps, total = count(1), (self.ordered + self.regression) * self.sampling.iterations

        def step() -> None:
            show("sampling", next(steps) / total)

        def run(number: int) -> Chain:
            kind: Kind = "ordered" if number < self.ordered else "regression"
            return sample_chain(
                kind,
                pairs,
                rated.level,
                scale,
                self.sampling,
                seed=seed * 1000 + number,
                step=step,
            )

        with ThreadPoolExecutor(self.workers) as pool:
            chains = list(pool.map(run, range(self.ordered + self.regression)))
        return WarmPredictor(encoding, tuple(chains))


@dataclass(frozen=True, slots=True, eq=False)
class WarmPredictor:
    encoding: Encoding
    chains: tuple[Chain, ...]

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        pairs = _pairs(self.encoding, viewers, films, user, film)
        scale = indices(viewers.ids, self.encoding.viewer_ids)[user]
        ordered = [_shares(chain, pairs, scale) for chain in self.chains if _is_ordered(chain)]
        means = [_means(chain, pairs) for chain in self.chains if not _is_ordered(chain)]
        shares = levels.normalised(np.mean(ordered, axis=0))
        if not means:
            return shares
        expected = levels.mean(shares) * ORDERED_WEIGHT
        return levels.with_mean(shares, expected + np.mean(means, axis=0) * (1 - ORDERED_WEIGHT))


def _is_ordered(chain: Chain) -> bool:
    return chain.cutpoints is not None


def _pairs(encoding: Encoding, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Pairs:
    return Pairs(encoding.viewer_blocks(viewers), encoding.film_blocks(films), user, film)


def _shares(chain: Chain, pairs: Pairs, scale: Rows) -> Floats:
    """Mean over the samples of an ordered chain, (n, 5)."""
    from scipy.special import ndtr

    assert chain.cutpoints is not None
    total = np.zeros((len(scale), 5))
    for cutpoints, score in zip(chain.cutpoints, scores(chain, pairs), strict=True):
        below = ndtr(_with_stranger(cutpoints)[scale] - score[:, None])
        total += np.diff(below, axis=1, prepend=0, append=1)
    shares: Floats = total / len(chain.w0)
    return shares


def _with_stranger(cutpoints: Singles) -> Singles:
    """One more row, the average viewer's, for viewers who have rated nothing."""
    return np.vstack([cutpoints, cutpoints.mean(axis=0)])


def _means(chain: Chain, pairs: Pairs) -> Floats:
    """Mean over the samples of a regression chain, (n,)."""
    total = sum(np.clip(score, 1, 5) for score in scores(chain, pairs))
    return np.asarray(total / len(chain.w0), dtype=np.float64)
