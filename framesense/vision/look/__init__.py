"""How films look: colour and light, motion and camera, held drawings, composition, rhythm.

No network weights. `LookMeter` watches the frames pass and says a shot's `Look` when it closes;
`composition` adds what the models' boxes tell; `film_look` takes the shots together.
"""

from __future__ import annotations

from framesense.vision.look.composition import composition
from framesense.vision.look.film import film_look
from framesense.vision.look.meter import LookMeter

__all__ = ["LookMeter", "composition", "film_look"]
