"""The values that flow between the stages, and nothing else.

Two families. Values *in flight* (`Frame`, `SampledFrame`) carry pixels and live for a moment.
Values *of record* (`Shot`, `Tag`, `ShotRecord`, `FilmReport`, …) are what the report keeps.

Units are in the names: `_s` is seconds, `_bytes` bytes; a `pts` is an integer count of the film's
`time_base`, zero at the container's start, so times stay exact at any frame rate. Frame spans are
half-open `[start, end)` ordinals counted by decoding. Boxes are fractions of the upright picture.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Pixels, uint8, (height, width, 3), BGR."""

Transition = Literal["start", "cut", "fade", "dissolve", "wipe"]
"""How a shot begins: the film's start, or the kind of change from the shot before it."""

Unit = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
"""A number from 0 to 1."""

Count = Annotated[int, msgspec.Meta(ge=0)]
"""A whole number from 0."""

Pts = int
"""Presentation time in ticks of the film's time base; may be negative before the start."""


class Picture(Protocol):
    """A decoded picture whose full-size pixels are converted only when asked for."""

    def bgr(self, *, max_side: int) -> Image:
        """Upright, square-pixel image, its longer side at most `max_side` px."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture on its way to the splitter and the sampler."""

    ordinal: int  # 0-based, counted by decoding
    pts: Pts
    time_s: float
    small: Image  # upright, square pixels, longer side about 128 px
    picture: Picture = field(repr=False)

    def __post_init__(self) -> None:
        if self.small.ndim != 3 or self.small.shape[2] != 3 or self.small.dtype != np.uint8:
            raise ValueError(
                f"small must be uint8 (h, w, 3), not {self.small.dtype} {self.small.shape}"
            )

    def __repr__(self) -> str:
        h, w, _ = self.small.shape
        return f"Frame(ordinal={self.ordinal}, time_s={self.time_s:.3f}, small={w}x{h})"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of frames `[start_frame, end_frame)` and its times."""

    start_frame: Count
    end_frame: Count
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Shot:
    """What lies between two changes of picture: frames `[start_frame, end_frame)`."""

    index: Count  # 0-based
    start_frame: Count
    end_frame: Count
    start_pts: Pts
    end_pts: Pts  # of the first frame after the shot; at the film's end, when its last frame ends
    start_s: float
    end_s: float
    transition: Transition
    transition_span: Span | None = None  # of the change it begins with, where that is gradual
    ending_span: Span | None = None  # of the change it ends with, likewise

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Sample:
    """A frame chosen to stand for a part of its shot."""

    frame: Count
    pts: Pts
    time_s: float
    sharpness: float  # variance of the Laplacian of the small grey frame, >= 0


@dataclass(frozen=True, slots=True, eq=False)
class SampledFrame:
    """A chosen frame with its pixels, on its way to the models."""

    sample: Sample
    image: Image  # upright, square pixels, longer side at most `sampling.max_side` px


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle as fractions of the upright picture, xyxy, origin top left."""

    x1: Unit
    y1: Unit
    x2: Unit
    y2: Unit

    @property
    def area(self) -> float:
        return max(0.0, self.x2 - self.x1) * max(0.0, self.y2 - self.y1)

    def shared(self, other: Box) -> float:
        """Area that both cover."""
        width = min(self.x2, other.x2) - max(self.x1, other.x1)
        height = min(self.y2, other.y2) - max(self.y1, other.y1)
        return max(0.0, width) * max(0.0, height)

    def within(self, other: Box) -> float:
        """Intersection over the smaller box, 0 to 1: a face lies within its body."""
        smaller = min(self.area, other.area)
        return self.shared(other) / smaller if smaller else 0.0

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.shared(other)
        both = self.area + other.area - shared
        return shared / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Detection:
    """An object seen in one image by a `Detector`."""

    label: str
    score: Unit
    box: Box


@dataclass(frozen=True, slots=True)
class Classification:
    """A name given to an image, or to a part of it, by a `Classifier`."""

    kind: str  # character, scene, or a kind of the user's own
    label: str
    score: Unit
    box: Box | None = None  # None: the whole image


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A subject in one sample, and how likely it is each of the characters that are known."""

    box: Box | None  # None: the whole image
    scores: tuple[float, ...]  # 0 to 1, in the order of the characters' labels
    embedding: NDArray[np.float32]  # (width,), of length 1: what the network saw


@dataclass(frozen=True, slots=True)
class TagBox:
    """Where and when one sample showed a tag."""

    frame: Count
    time_s: float
    score: Unit
    box: Box


@dataclass(frozen=True, slots=True)
class Tag:
    """What a shot's samples agree on."""

    kind: str  # object, character, scene, …
    label: str
    score: Unit
    hits: Count  # samples that show it
    samples: Count  # samples looked at
    first_s: float
    last_s: float
    boxes: tuple[TagBox, ...] = ()

    @property
    def support(self) -> float:
        """hits / samples, 0 to 1."""
        return self.hits / self.samples if self.samples else 0.0


LIVING = frozenset(
    ("bear", "bird", "cat", "cow", "dog", "elephant", "giraffe", "horse", "person", "sheep")
).union(("teddy bear", "zebra"))
"""Labels of objects, in lower case, that act in films; the rest are things."""


@dataclass(frozen=True, slots=True)
class FilmTag:
    """A tag over the whole film."""

    kind: str
    label: str
    score: Unit  # mean of the shots' scores, weighted by their screen time
    shots: Count
    screen_time_s: float  # sum over shots of duration x support
    share: Unit  # screen_time_s / film duration


@dataclass(frozen=True, slots=True)
class Line:
    """Something said or heard, as a subtitle or a transcription gives it."""

    start_s: float
    end_s: float  # >= start_s
    text: str  # without markup, on one row
    speaker: str | None = None  # where the subtitles name one
    sound: bool = False  # what is heard, `door slams`, not what is said
    language: str | None = None  # BCP-47 tag: en, pt-BR, zh-Hans
    source: str = ""  # a file's name, `track 2 (srt)`, or the model that heard it


@dataclass(frozen=True, slots=True)
class Sound:
    """What a shot's stretch of the audio track measures."""

    loudness_lufs: float | None  # ITU-R BS.1770, ungated, <= 0 or so; None: silence, below -70
    speech_share: Unit | None  # of the shot's time; None: not measured


# ---- look: how a shot, and a film, looks; measured by `framesense.vision.look` ----

CameraMove = Literal["static", "pan", "tilt", "zoom", "roll", "shake"]
"""What the camera does. In drawn films it may be the background that is pulled."""

Scale = Literal["extreme close-up", "close-up", "medium", "full", "long", "extreme long"]
"""How much of its subject a shot shows, from a part of a face to a speck in a landscape."""

Column = Literal["left", "centre", "right"]
Row = Literal["top", "middle", "bottom"]


@dataclass(frozen=True, slots=True)
class Swatch:
    """One dominant colour."""

    colour: str  # sRGB, "#rrggbb"
    name: str  # as a person would say it: "dark blue"
    share: Unit  # of the picture


@dataclass(frozen=True, slots=True)
class ColourLook:
    """Colour and light; formulas in `framesense.vision.look.colour`."""

    palette: tuple[Swatch, ...]  # up to 6, largest first
    brightness: Unit  # mean L* / 100
    contrast: Unit  # standard deviation of L* / 50
    saturation: Unit  # of HSV, mean weighted by value
    warmth: float  # about -2 (cold) to 2 (hot); a grey is -0.5
    variance: float  # of the key frame: generalised variance of L*u*v*, >= 0
    lighting_key: float  # of the key frame: mean times deviation of HSV's value, 0 to 0.25


@dataclass(frozen=True, slots=True)
class MotionLook:
    """How much moves, in frame diagonals per second."""

    mean: float  # of the optical flow's length over pixels and time
    sd: float  # deviation of the flow's length over pixels, mean over time
    subject: float  # mean length of the flow that the camera does not explain


@dataclass(frozen=True, slots=True)
class CameraLook:
    """What the camera does: signed speeds, means over the shot."""

    moves: tuple[CameraMove, ...]  # strongest first; ("static",) where there is none
    pan: float  # diagonals per second, positive to the right
    tilt: float  # diagonals per second, positive upwards
    zoom: float  # natural logarithm of the scale per second, positive inwards
    roll: float  # degrees per second, positive clockwise
    shake: float  # typical change of speed from moment to moment, diagonals per second, >= 0
    certainty: Unit  # share of the moments where one camera move explains most of the picture


@dataclass(frozen=True, slots=True)
class DrawingLook:
    """How long drawings are held."""

    repeated: Unit  # share of the frames that show the drawing of the frame before
    held_frames: Count  # 1: animated on ones, 2: on twos, …; 0: nothing moves


@dataclass(frozen=True, slots=True)
class Composition:
    """Who is where in the picture, from the boxes of characters and of living things."""

    scale: Scale  # by the largest subject
    column: Column  # third of the picture where the largest subject's centre mostly is
    row: Row
    subjects: Count  # seen at once, in the typical sample that shows any


@dataclass(frozen=True, slots=True)
class Look:
    """How a shot looks. A part is None where the shot is too short, or has no sample, to tell."""

    colour: ColourLook | None = None
    motion: MotionLook | None = None
    camera: CameraLook | None = None
    drawings: DrawingLook | None = None
    composition: Composition | None = None  # None also where no subject was seen


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation of a number over the shots that have it."""

    mean: float
    sd: float  # of the population, >= 0


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the screen time."""

    name: str
    share: Unit


@dataclass(frozen=True, slots=True)
class MiseEnScene:
    """The seven features of the Mise-en-Scène data set; see `framesense.vision.look.features`."""

    f1: float  # average shot length, frames
    f2: float  # mean over shots of the key frame's colour variance
    f3: float  # its standard deviation over shots
    f4: float  # mean motion, diagonals per second
    f5: float  # mean deviation of motion within a frame, diagonals per second
    f6: float  # mean over shots of the key frame's lighting key, 0 to 0.25
    f7: Count  # number of shots


@dataclass(frozen=True, slots=True)
class FilmLook:
    """How a film looks: its shots taken together."""

    average_shot_s: float
    median_shot_s: float
    tempo: tuple[float, ...]  # the pacing curve: one for each shot, 0 is the film's average
    palette: tuple[Swatch, ...]
    barcode: tuple[str, ...]  # "#rrggbb" mean colours of equal stretches, 1,000 at most
    brightness: Spread
    contrast: Spread
    saturation: Spread
    warmth: Spread
    variance: Spread
    lighting_key: Spread
    motion: Spread  # of MotionLook.mean
    subject_motion: Spread  # of MotionLook.subject
    shake: Spread
    repeated: Spread  # of DrawingLook.repeated
    moves: tuple[Share, ...]  # camera moves, longest first; a shot may have several
    scales: tuple[Share, ...]  # of the shots that have one, widest last
    mise_en_scene: MiseEnScene


# ---- meaning: put in words by `framesense.meaning` ----


@dataclass(frozen=True, slots=True)
class Caption:
    """A shot in words, whole and in parts; a part is empty where nothing is known."""

    text: str
    scale: str = ""  # close-up
    who: tuple[str, ...] = ()  # Popeye, two birds
    things: tuple[str, ...] = ()  # a chair
    doing: str = ""  # moving fast
    where: str = ""  # in the forest
    camera: str = ""  # the camera pans right
    colours: tuple[str, ...] = ()  # names, largest first
    light: str = ""  # dark, warm light
    says: str = ""  # what is said first, shortened


@dataclass(frozen=True, slots=True)
class Scene:
    """Consecutive shots of one place, cast and palette: shots `[first_shot, end_shot)`."""

    index: Count  # 0-based
    first_shot: Count
    end_shot: Count
    start_s: float
    end_s: float
    setting: str = ""  # longest on screen; empty where unknown
    cast: tuple[str, ...] = ()  # labels, longest on screen first


@dataclass(frozen=True, slots=True)
class ShotRecord:
    """A shot with all that was found in it."""

    shot: Shot
    samples: tuple[Sample, ...]
    tags: tuple[Tag, ...]
    thumbnail: str | None = None  # path relative to the report
    lines: tuple[Line, ...] = ()  # said or heard during the shot, by time
    sound: Sound | None = None  # None: no audio track, or not listened to
    look: Look | None = None  # None: not measured
    caption: Caption | None = None


@dataclass(frozen=True, slots=True)
class AudioTrack:
    index: Count  # stream index in the container
    codec: str
    channels: Count
    sample_rate_hz: Count
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    index: Count
    codec: str
    text: bool  # False: pictures
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """What the file says of itself, and what decoding it showed."""

    path: str
    sha256: str
    size_bytes: Count
    container: str
    codec: str
    pixel_format: str
    width: Count  # px, upright, square pixels
    height: Count
    rotation_deg: int  # 0, 90, 180, 270 clockwise, already applied
    fps: Fraction  # nominal frames per second
    time_base: Fraction  # seconds per pts tick
    duration_s: float  # from the first frame's start to the last frame's end, as decoded
    frames_decoded: Count
    packets_corrupt: Count  # packets that the decoder refused or marked as damaged
    truncated: bool  # the file ends before its container says it should
    variable_frame_rate: bool
    audio: tuple[AudioTrack, ...] = ()
    subtitles: tuple[SubtitleTrack, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model that took part, and what one must know of it."""

    role: str  # splitter, detector, classifier
    name: str
    sha256: str | None  # of the weights file; None where there are no weights
    licence: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Where the time went; the one part of a report that differs between equal runs."""

    total_s: float
    decode_s: float  # busy time of the decoding thread
    split_s: float
    sample_s: float
    look_s: float
    detect_s: float  # busy time of the models' thread
    listen_s: float  # of subtitles, sound and speech, in their thread
    frames_per_s: float
    realtime_factor: float  # film seconds per wall second


@dataclass(frozen=True, slots=True)
class Run:
    """What made a report."""

    version: str  # of framesense
    config: dict[str, dict[str, str | int | float | bool | None]]
    models: tuple[ModelFacts, ...]
    device: str
    notes: tuple[str, ...] = ()  # for people: what was guessed, broken or left out
    timings: Timings | None = None


@dataclass(frozen=True, slots=True)
class FilmReport:
    """The whole answer for one film; see `framesense.report`."""

    schema: str
    schema_version: str
    film: FilmFacts
    shots: tuple[ShotRecord, ...]
    tags: tuple[FilmTag, ...]
    run: Run
    look: FilmLook | None = None  # None: not measured
    scenes: tuple[Scene, ...] = ()  # cover the film's shots; empty where not made out
    synopsis: str | None = None
