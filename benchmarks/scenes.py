"""Scenes of Big Buck Bunny, beside those that somebody saw in a sheet of its shots.

    python benchmarks/scenes.py NAME=REPORT…      # reports of the film, as analyze made them

It writes `benchmarks/scenes.md`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from framesense.report import document

PAGE = Path(__file__).with_suffix(".md")
NEAR_S = 4.4  # s, an average shot; a boundary so near to one that was seen is found
SEEN = {  # where a scene begins, in seconds -> what it is
    0.0: "the meadow wakes, a bird sings, the title",
    32.5: "the bunny comes out of its burrow and strolls over the meadow",
    118.0: "the rodents by the tree throw nuts, and kill the butterfly",
    242.1: "in the forest the bunny makes its traps",
    300.4: "the rodents come into the forest, and two are caught",
    381.2: "the flying squirrel in the trees and in the air, until it is caught",
    462.0: "the meadow again: the squirrel as a kite; the iris closes",
    490.3: "the credits",
    581.0: "after the credits: the bird",
}


@dataclass(frozen=True, slots=True)
class Graded:
    name: str
    found: list[float]  # s, where our scenes begin; the film's start is given, and not counted

    @property
    def right(self) -> list[float]:
        return [at for at in list(SEEN)[1:] if any(abs(at - own) <= NEAR_S for own in self.found)]

    @property
    def false(self) -> list[float]:
        return [own for own in self.found if all(abs(at - own) > NEAR_S for at in SEEN)]

    def row(self) -> str:
        precision = 1 - len(self.false) / max(1, len(self.found))
        recall = len(self.right) / (len(SEEN) - 1)
        missed = [at for at in list(SEEN)[1:] if at not in self.right]
        return (
            f"| {self.name} | {len(self.found) + 1} | {precision:.2f} | {recall:.2f} | "
            f"{_clock(missed)} | {_clock(self.false)} |"
        )


def _clock(times: list[float]) -> str:
    return ", ".join(f"{int(at // 60)}:{at % 60:04.1f}" for at in times) or "none"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="+", metavar="NAME=REPORT")
    graded = []
    for words in parser.parse_args().reports:
        name, _, path = words.partition("=")
        scenes = document.read(Path(path)).scenes
        graded.append(Graded(name, [scene.start_s for scene in scenes[1:]]))
    lines = [
        "# Scenes of Big Buck Bunny, by eye",
        "",
        f"{date.today()}; `python benchmarks/scenes.py NAME=REPORT…`. One person marked where "
        "scenes begin on a sheet of all 136 shots, by place and by what happens:",
        "",
        *(f"- {_clock([at])} {what}" for at, what in SEEN.items()),
        "",
        f"A boundary counts as found within {NEAR_S:g} s, an average shot. One rule was made on "
        "this film: that any gradual change, not only a fade, may end a scene.",
        "",
        "| report | scenes | precision | recall | missed | false |",
        "|---|---|---|---|---|---|",
        *(item.row() for item in graded),
    ]
    PAGE.write_text("\n".join(lines) + "\n")
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
