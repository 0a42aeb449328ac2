"""What the finders of the hybrid splitter say to it."""

from __future__ import annotations

from dataclasses import dataclass

from framesense.records import Transition


@dataclass(frozen=True, slots=True)
class Change:
    """A change of shot: the new one begins at frame `at`.

    `first` and `last` are the first and last frames of the change itself; they are `at` for a cut.
    """

    at: int
    kind: Transition
    first: int
    last: int
    through_flat: bool = False  # by way of a black, white or one-coloured picture

    @classmethod
    def cut(cls, at: int, *, through_flat: bool = False) -> Change:
        return cls(at=at, kind="cut", first=at, last=at, through_flat=through_flat)

    @property
    def gradual(self) -> bool:
        return self.kind != "cut"
