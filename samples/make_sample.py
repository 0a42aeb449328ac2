"""Make the sample film "The Fallen Star" and its truth, beside this file.

python samples/make_sample.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from drawing import truth
from drawing.acts import CLOSING, SCRIPT
from drawing.camera import FPS
from drawing.encode import encode
from drawing.timeline import lay_out, picture
from drawing.tune import RATE, tune

NAME = "fallen_star"


def main(folder: Path) -> None:
    """Write the film and its three CSV files into the folder."""
    film = lay_out(SCRIPT, CLOSING)
    for what, columns, rows in (
        ("boundaries", truth.BOUNDARY_COLUMNS, truth.boundaries(film)),
        ("shots", truth.SHOT_COLUMNS, truth.shots(film)),
        ("events", truth.EVENT_COLUMNS, truth.events(film)),
    ):
        truth.write(folder / f"{NAME}.{what}.csv", columns, rows)
    pictures = (picture(film, k) for k in range(film.frames))
    encode(folder / f"{NAME}.mp4", pictures, tune(film.frames / FPS), RATE)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
