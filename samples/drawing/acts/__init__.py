"""The script, in three acts."""

from __future__ import annotations

from drawing.acts.one import ACT_ONE
from drawing.acts.three import ACT_THREE
from drawing.acts.two import ACT_TWO
from drawing.stage import Transition

__all__ = ["CLOSING", "SCRIPT"]

SCRIPT = ACT_ONE + ACT_TWO + ACT_THREE
CLOSING = Transition("fade", out=18, hold=10)
