"""Which snapshots look alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framesense.discovery.snapshots import Embeddings
from framesense.discovery.whitening import Whitening

_COMPONENTS = 64
_MOST = 6_000  # pictures that are compared each with each; the others join the nearest cluster

Clusters = NDArray[np.int64]
"""(n,) numbers of clusters, the largest first; −1: of none."""


def clusters(embeddings: Embeddings, *, apart: float, fewest: int = 3) -> Clusters:
    """Agglomerative clustering, average linkage, by cosine distance of whitened embeddings.

    apart: mean distance, 0 to 2, from which two clusters stay two.
    fewest: pictures of a cluster; what belongs to a smaller one is of none.
    """
    if len(embeddings) < 2:
        return np.full(len(embeddings), -1, np.int64)
    directions = Whitening(embeddings, components=_COMPONENTS)(embeddings)
    chosen = np.unique(np.linspace(0, len(directions) - 1, _MOST).round().astype(int))
    found = _agglomerated(directions[chosen], apart)
    if len(chosen) < len(directions):
        found = _nearest(directions, directions[chosen], found)
    return _by_size(found, fewest)


def _agglomerated(directions: Embeddings, apart: float) -> Clusters:
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=apart
    )
    return np.asarray(model.fit_predict(directions), np.int64)


def _nearest(directions: Embeddings, chosen: Embeddings, found: Clusters) -> Clusters:
    """Each picture in the cluster to whose members it is nearest in the mean."""
    sums = np.zeros((found.max() + 1, directions.shape[1]), np.float32)
    np.add.at(sums, found, chosen)
    means = sums / np.bincount(found)[:, None]
    return np.asarray((directions @ means.T).argmax(axis=1), np.int64)


def _by_size(found: Clusters, fewest: int) -> Clusters:
    sizes = np.bincount(found)
    order = np.argsort(-sizes, kind="stable")
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    number[sizes < fewest] = -1
    return number[found]
