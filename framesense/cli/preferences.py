"""What `framesense rate` shows: a table of preferences, and what one must know to read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group
from rich.table import Table
from rich.text import Text

from framesense.rating.preference import Preference
from framesense.rating.rater import About

_MOST_ROWS, _MOST_NOTES, _MOST_EFFECTS = 50, 12, 4
_SMALL = 0.005  # levels; a smaller effect is not shown


def ranking(found: Sequence[Preference], *, by_film: bool) -> Group:
    """A row a film and viewer, best first: films for each viewer, or viewers for each film."""
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("", justify="right")
    for column in ("film", "viewer") if by_film else ("viewer", "film"):
        table.add_column(column, overflow="fold")
    for column in ("rating", "likely", "like", "sure", "1", "2", "3", "4", "5"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("moved by")
    for one in _sorted(found, by_film=by_film)[:_MOST_ROWS]:
        rank = one.viewer_rank if by_film else one.film_rank
        names = (one.film, one.viewer) if by_film else (one.viewer, one.film)
        table.add_row(
            str(rank),
            *map(Text, names),
            f"{one.expected:.2f}",
            str(one.likely),
            f"{one.like:.0%}",
            f"{one.confidence:.0%}",
            *(f"{share:.0%}" for share in one.probabilities),
            _moved(one),
        )
    more = len(found) - _MOST_ROWS
    rest = [Text(f"… and {more} more; -o FILE.csv keeps them all")] if more > 0 else []
    return Group(table, *rest)


def told(about: About, notes: Sequence[str], written: Sequence[Path]) -> Group:
    """Notes, what the rater was trained on and under which licence, and what was written."""
    more = len(notes) - _MOST_NOTES
    shown = [*notes[:_MOST_NOTES], *([f"… and {more} more notes"] if more > 0 else [])]
    return Group(
        *(Text(note, style="yellow") for note in shown),
        Text(
            f"The rater learned from {about.data}: {about.ratings:,} ratings of {about.films:,} "
            f"films by {about.viewers:,} viewers."
        ),
        Text(f"licence of the data, which binds what is foretold: {about.licence}"),
        *(Text(f"wrote {path}") for path in written),
    )


def _sorted(found: Sequence[Preference], *, by_film: bool) -> list[Preference]:
    """Blocks in the order given, ranked within."""
    blocks = dict.fromkeys(one.film if by_film else one.viewer for one in found)
    place = {name: number for number, name in enumerate(blocks)}
    if by_film:
        return sorted(found, key=lambda one: (place[one.film], one.viewer_rank))
    return sorted(found, key=lambda one: (place[one.viewer], one.film_rank))


def _moved(one: Preference) -> str:
    strong = [effect for effect in one.effects if abs(effect.effect) >= _SMALL][:_MOST_EFFECTS]
    return ", ".join(f"{effect.group} {effect.effect:+.2f}" for effect in strong)
