"""A chain's samples applied to pairs: the distribution of each rating.

Sums over pairs of columns split into what the viewer alone gives, what the film alone gives, and
the product of two vectors, so a whole chain is cheap to apply.

Someone or something that training has not seen is one of the known, drawn at their share of the
training ratings. In each sample, what the known have of their own has a mean over them, which is
the stranger's score, and a variance, which makes its answer less sure:

    P(level ≤ k) = Φ((cutpoint_k - score) / √(1 + variance_k))

But people watch what suits them: where two have met, what one has of its own goes better with the
other than with anyone. The mean of this excess over the training ratings is the stranger's, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framesense.rating.gibbs import Chain
from framesense.rating.ratings import Floats, Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The viewers, or the films, of pairs."""

    columns: csr_matrix  # (n, columns); strangers' without those that only the known have
    strange: NDArray[np.bool_]  # (n,)
    known: csr_matrix  # (m, columns): of all whom training saw, only what they have of their own
    share: Floats  # float64, (m,), of the training ratings


def excesses(chain: Chain, viewers: Side, films: Side, user: Rows, film: Rows) -> Floats:
    """What strangers' scores have beyond the mean, of each sample (s, 3): of a new viewer, of a new
    film, and what both of these hold, which counts once where both are new.

    `user` and `film` (n,) are the training ratings' rows of the sides, which are of all the known.
    """
    from scipy.sparse import csr_matrix

    cut, ratings = viewers.columns.shape[1], len(user)
    sizes = viewers.columns.shape[0], films.columns.shape[0]
    met = csr_matrix((np.ones(ratings), (user, film)), shape=sizes)
    number = np.bincount(user)[:, None], np.bincount(film)[:, None]  # of ratings, (m, 1)
    found = np.zeros((len(chain.v), 3))
    for sample, v in enumerate(chain.v.astype(np.float64)):
        vectors = []
        for side, part in ((viewers, v[:cut]), (films, v[cut:])):
            whole, own = side.columns @ part, side.known @ part
            vectors.append((whole, whole - own, own - side.share @ own))
        (of_u, shared_u, apart_u), (of_f, shared_f, apart_f) = vectors
        found[sample] = (
            (apart_u * (met @ of_f + number[0] * shared_u)).sum(),
            (apart_f * (met.T @ of_u + number[1] * shared_f)).sum(),
            (apart_u * (met @ apart_f)).sum(),
        )
    return found / ratings


def distributions(
    chain: Chain, excess: Floats, viewers: Side, films: Side, user: Rows, film: Rows, scale: Rows
) -> Floats:
    """Float64, (n, 5), the mean over the chain's samples.

    `excess` is of `excesses`; `user` and `film` (n,) are rows of the sides; `scale` (n,) numbers
    the known viewer whose cutpoints a rating goes by, and any other goes by a stranger's.
    """
    from scipy.special import ndtr

    cut = viewers.columns.shape[1]
    total = np.zeros((len(user), 5))
    samples = zip(chain.w0, chain.w, chain.v, chain.cutpoints, excess, strict=True)
    for w0, w, v, cuts, beyond in samples:
        weight, vector = w.astype(np.float64), v.astype(np.float64)
        u = _sums(viewers, weight[:cut], vector[:cut], cuts.astype(np.float64))
        f = _sums(films, weight[cut:], vector[cut:], np.zeros((films.known.shape[0], 0)))
        score = w0 + u.own[user] + f.own[film]
        score += np.einsum("nr,nr->n", u.vector[user], f.vector[film])
        new_viewer, new_film = viewers.strange[user], films.strange[film]
        score += beyond @ np.array([new_viewer, new_film, -1.0 * (new_viewer & new_film)])
        edges = np.vstack([cuts, u.edges])[scale]  # (n, 4)
        variance = u.variance(user, f.vector[film]) + f.variance(film, u.vector[user])
        if (new_viewer & new_film).any():
            rank = v.shape[1]
            product = (u.spread[-rank:, -rank:] * f.spread[-rank:, -rank:]).sum()
            variance = variance + product * (new_viewer & new_film)[:, None]
        below = ndtr((edges - score[:, None]) / np.sqrt(1 + variance))
        total += np.diff(below, axis=1, prepend=0, append=1)
    return np.asarray(total / len(chain.w0))


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """One side in one sample."""

    own: Floats  # (n,), what each adds by itself
    vector: Floats  # (n, rank), what meets the other side's
    shared: Floats  # (n, rank), `vector` without a stranger's own
    edges: Floats  # (e,), a stranger's cutpoints; e is 4 for viewers, 0 for films
    strange: NDArray[np.bool_]
    spread: Floats  # covariance of the known's (edges, own, vector)

    def variance(self, row: Rows, other: Floats) -> Floats:
        """Of the strangers' scores beneath each cutpoint, (n, 4) or (n, 1); 0 for the known."""
        edges = len(self.edges)
        variance = np.zeros((len(row), max(1, edges)))
        rows = np.flatnonzero(self.strange[row])
        if not len(rows):
            return variance
        along = np.column_stack([np.ones(len(rows)), self.shared[row[rows]] + other[rows]])
        score = self.spread[edges:, edges:]
        variance[rows] = ((along @ score) * along).sum(axis=1, keepdims=True)
        if edges:
            variance[rows] += self.spread.diagonal()[:edges]
            variance[rows] -= 2 * along @ self.spread[edges:, :edges]
        return variance


def _sums(side: Side, w: Floats, v: Floats, edges: Floats) -> _Sums:
    """`edges` (m, e) are the known's cutpoints."""
    own, vector = _side(side.columns, w, v)
    strange, e = side.strange, edges.shape[1]
    if not strange.any():
        return _Sums(own, vector, vector, np.zeros(e), strange, np.zeros((0, 0)))
    each = np.column_stack([edges, *_side(side.known, w, v)])
    mean = side.share @ each
    apart = each - mean
    theirs = mean[e] + vector @ mean[e + 1 :]
    return _Sums(
        own=own + np.where(strange, theirs, 0.0),
        vector=vector + np.where(strange[:, None], mean[e + 1 :], 0.0),
        shared=vector,
        edges=mean[:e],
        strange=strange,
        spread=(apart * side.share[:, None]).T @ apart,
    )


def _side(columns: csr_matrix, w: Floats, v: Floats) -> tuple[Floats, Floats]:
    """What rows of columns add by themselves (n,), and their vectors (n, rank)."""
    vector = columns @ v
    within = (vector**2).sum(axis=1) - columns.power(2) @ (v**2).sum(axis=1)
    return columns @ w + within / 2, vector
