"""What stands on the page, ready to be written down: texts, colours, positions. Plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Colour:
    css: str  # "#rrggbb"
    name: str
    share: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of the film's time."""

    name: str
    share: float  # 0 to 1
    facet: str | None = None  # what a click filters by
    portrait: str | None = None  # data URI


@dataclass(frozen=True, slots=True)
class Lane:
    """Something over the film's time, as SVG paths in a box of `timeline.WIDTH` x `HEIGHT`."""

    name: str
    path: str
    told: str  # the same in words
    style: str = "presence"  # presence, bars, curve: a class of the style sheet
    facet: str | None = None
    line: str = ""  # a second path that is stroked, not filled


@dataclass(frozen=True, slots=True)
class Block:
    """A scene on the timeline."""

    number: int  # from 1
    told: str
    facet: str
    left: float  # percent of the timeline
    width: float


@dataclass(frozen=True, slots=True)
class Timeline:
    barcode: str | None  # data URI of a picture one pixel high
    cuts: str  # SVG path: where shots begin
    ticks: tuple[Fact, ...]  # name: the time; value: its place in percent
    scenes: tuple[Block, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class TagMark:
    kind: str
    label: str
    score: str  # 72%


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A rectangle over the thumbnail, in percent of it."""

    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LineMark:
    text: str
    speaker: str | None
    sound: bool
    language: str | None
    time: str


@dataclass(frozen=True, slots=True)
class Card:
    """A shot."""

    number: int  # from 1
    start: str
    end: str
    length: str
    begins: str  # cut, dissolve, …
    picture: str | None  # data URI
    boxes: tuple[BoxMark, ...]
    caption: str
    lines: tuple[LineMark, ...]
    written: tuple[str, ...]  # text in the picture
    tags: tuple[TagMark, ...]
    palette: tuple[Colour, ...]
    look: tuple[str, ...]  # close-up, pan, …


@dataclass(frozen=True, slots=True)
class Choice:
    facet: str
    name: str
    count: int
    css: str = ""  # of a colour


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to filter: a name and what may be chosen."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Making:
    """How the report was made."""

    facts: tuple[Fact, ...]
    models: tuple[tuple[str, str, str, str], ...]  # role, name, licence, sha256
    timings: tuple[Fact, ...]
    settings: tuple[tuple[str, tuple[Fact, ...]], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    synopsis: str
    film_file: str  # name of the file
    film_urls: tuple[str, ...]  # where it may lie, relative to the page
    aspect: str  # CSS ratio of the picture
    facts: tuple[Fact, ...]
    cast: tuple[Bar, ...]
    cast_name: str
    palette: tuple[Colour, ...]
    scales: tuple[Bar, ...]
    moves: tuple[Bar, ...]
    timeline: Timeline
    cards: tuple[Card, ...]
    facets: tuple[Facet, ...]
    colours: tuple[Choice, ...]
    sorts: tuple[tuple[str, str], ...]  # value, name
    data: dict[str, object]  # for the scripts: times, facets and numbers of each shot
    copies: dict[str, list[str]]  # by format: head, then a piece for each shot
    making: Making
