"""The shots that show what a few reference pictures show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from framesense.discovery.snapshots import Embeddings, Gallery, Snapshot
from framesense.discovery.whitening import Whitening

THRESHOLD = 0.5
_COMPONENTS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A snapshot that looks like a reference."""

    snapshot: Snapshot
    score: float  # cosine of the whitened embeddings, best over the references


@dataclass(frozen=True, slots=True, eq=False)
class FoundShot:
    """A shot that shows the character: its hits, best first; there is at least one."""

    shot: int  # 0-based index
    hits: tuple[Hit, ...]

    @property
    def score(self) -> float:
        return self.hits[0].score


def search(
    gallery: Gallery, references: Mapping[str, Embeddings], *, threshold: float = THRESHOLD
) -> dict[str, tuple[FoundShot, ...]]:
    """For each name its shots, best first.

    references: for each name its pictures' embeddings, (n, width); where there are several names,
    a snapshot is of the likest one only.
    """
    whiten = Whitening(gallery.embeddings, components=_COMPONENTS)
    pictures = whiten(gallery.embeddings)
    names = list(references)
    scores = np.stack([(pictures @ whiten(references[n]).T).max(axis=1) for n in names], axis=1)
    best = scores.argmax(axis=1)
    found: dict[str, dict[int, list[Hit]]] = {name: {} for name in names}
    for row, snapshot in enumerate(gallery.snapshots):
        score = float(scores[row, best[row]])
        if score >= threshold:
            hit = Hit(snapshot, round(score, 4))
            found[names[best[row]]].setdefault(snapshot.shot, []).append(hit)
    return {name: _ranked(shots) for name, shots in found.items()}


def _ranked(shots: Mapping[int, list[Hit]]) -> tuple[FoundShot, ...]:
    ranked = [
        FoundShot(shot, tuple(sorted(hits, key=lambda hit: -hit.score)))
        for shot, hits in shots.items()
    ]
    return tuple(sorted(ranked, key=lambda found: (-found.score, found.shot)))
