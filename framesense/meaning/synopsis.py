"""A film in three sentences: who is in it, where it plays, how it looks."""

from __future__ import annotations

from collections.abc import Sequence

from framesense.meaning.caption import SETTINGS
from framesense.meaning.english import listed, noun, place, sentence, someone
from framesense.records import LIVING, FilmLook, FilmTag

_MOST_CAST = 5
_MOST_SETTINGS = 3
_MOST_COLOURS = 4
_LEAST_SHARE = 0.02  # of the film; who is seen for less is not told


def synopsis(
    tags: Sequence[FilmTag], look: FilmLook | None, *, shots: int, duration_s: float
) -> str:
    """Of a film's tags and look; what is not known is left out."""
    facts = f"{_duration(duration_s)} in {noun('shot', shots) if shots != 1 else 'one shot'}"
    sentences = [_cast(tags, facts), _settings(tags), _look(look)]
    return " ".join(sentence(part) for part in sentences if part)


def _cast(tags: Sequence[FilmTag], facts: str) -> str:
    cast = _longest([tag for tag in tags if tag.kind == "character"])
    called = someone
    if not cast:
        cast = _longest([t for t in tags if t.kind == "object" and t.label.lower() in LIVING])
        called = noun
    if not cast:
        return f"a film of {facts}"
    seen = [f"{called(tag.label)} ({tag.share:.0%} of the time)" for tag in cast[:_MOST_CAST]]
    return f"a film of {facts}, with {listed(seen)}"


def _settings(tags: Sequence[FilmTag]) -> str:
    settings = _longest([tag for tag in tags if tag.kind in SETTINGS])[:_MOST_SETTINGS]
    return f"it plays {listed([place(tag.label) for tag in settings])}" if settings else ""


def _longest(tags: Sequence[FilmTag]) -> list[FilmTag]:
    told = [tag for tag in tags if tag.share >= _LEAST_SHARE]
    return sorted(told, key=lambda tag: (-tag.screen_time_s, tag.label))


def _look(look: FilmLook | None) -> str:
    if look is None:
        return ""
    colours = list(dict.fromkeys(swatch.name for swatch in look.palette))[:_MOST_COLOURS]
    words = [f"it looks {_light(look)}"]
    if colours:
        words.append(f"in {listed(colours)}")
    camera = next((part.share for part in look.moves if part.name == "static"), None)
    told = " ".join(words)
    if camera is not None:
        told += f", with a camera that {_stillness(camera)}"
    return f"{told}, and a shot lasts {look.average_shot_s:.1f} seconds on average"


def _light(look: FilmLook) -> str:
    brightness = look.brightness.mean
    light = "dark" if brightness < 0.3 else "bright" if brightness > 0.65 else "evenly lit"
    warmth = look.warmth.mean
    return f"{light} and {'warm' if warmth > 0 else 'cool' if warmth < -0.6 else 'neutral'}"


def _stillness(static_share: float) -> str:
    if static_share > 0.8:
        return "rarely moves"
    return "often moves" if static_share < 0.5 else "moves now and then"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _counted(rest, "second")
    if minutes >= 10 or not rest:
        return _counted(round(seconds / 60), "minute")
    return f"{_counted(minutes, 'minute')} {_counted(rest, 'second')}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
