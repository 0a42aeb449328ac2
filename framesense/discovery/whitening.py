"""Directions in which a film's pictures differ, each counted alike.

A backbone that was trained on photographs sees one drawn film's pictures close together. Centred,
turned to their principal components, and scaled to unit variance along each, they part (Jégou and
Chum, "Negative evidences and co-occurrences in image retrieval: the benefit of PCA and whitening",
ECCV 2012).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from framesense.discovery.snapshots import Embeddings

_LEAST = 1e-7  # variance of embeddings of length 1 that is but rounding
_FEWEST = 8  # pictures; of fewer there is no telling how they differ


class Whitening:
    """Fitted to the embeddings of one film, (n, width).

    components: how many directions; many part pictures finely, few see likeness across settings.
    """

    def __init__(self, embeddings: Embeddings, *, components: int) -> None:
        from sklearn.decomposition import PCA

        self._pca: Any = None
        if len(embeddings) >= _FEWEST and embeddings.var(axis=0).sum() > _LEAST:
            most = min(components, len(embeddings) // 4, embeddings.shape[1])
            self._pca = PCA(most, random_state=0).fit(embeddings)
            self._scale = np.sqrt(np.maximum(self._pca.explained_variance_, _LEAST))

    def __call__(self, embeddings: Embeddings) -> Embeddings:
        """(n, components), each of length 1."""
        if self._pca is None or not len(embeddings):
            return embeddings
        turned = self._pca.transform(embeddings) / self._scale
        lengths = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(turned / np.maximum(lengths, 1e-12), np.float32)
