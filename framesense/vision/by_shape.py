"""Batches of images of one size, so that no image is padded because of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from framesense.records import Image


def by_shape(images: Sequence[Image]) -> list[list[int]]:
    """Indices into `images`, those of one height and width together, in order of appearance."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for index, image in enumerate(images):
        groups.setdefault(image.shape, []).append(index)
    return list(groups.values())
