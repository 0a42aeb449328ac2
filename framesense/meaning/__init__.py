"""What a film shows, in words: captions of shots, scenes, a synopsis. Pure, no language model."""

from __future__ import annotations

from framesense.meaning.caption import caption
from framesense.meaning.scenes import scenes
from framesense.meaning.synopsis import synopsis

__all__ = ["caption", "scenes", "synopsis"]
