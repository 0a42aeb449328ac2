"""Settings: nested, typed, and read from TOML.

The defaults are the field defaults below; `configs/default.toml` lists them all with their
meaning. A file names only what it changes. An unknown key is an error that names the nearest.
"""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec

from framesense.errors import ConfigError
from framesense.records import Unit

Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0.0)]


@dataclass(frozen=True, slots=True)
class FilmConfig:
    small_side: Annotated[int, msgspec.Meta(ge=64, le=1024)] = 128  # px, longer side, splitter
    queue_frames: Positive = 48  # decoded frames that may wait for the splitter


@dataclass(frozen=True, slots=True)
class SplitConfig:
    splitter: str = "hybrid"
    # hybrid: where PySceneDetect's adaptive detector sees a candidate for a hard cut
    adaptive_threshold: Annotated[float, msgspec.Meta(ge=1.0, le=255.0)] = 2.0  # x change around
    min_content: Annotated[float, msgspec.Meta(ge=0.0, le=255.0)] = 6.0  # levels of change, HSV
    min_shot_frames: Positive = 6  # from one hard cut to the next
    # hybrid: gradual changes
    flat_range: Annotated[float, msgspec.Meta(ge=0.0, le=64.0)] = 12.0  # levels, darkest-brightest
    max_flat_frames: Annotated[int, msgspec.Meta(ge=0, le=30)] = 24  # longer is its own shot
    dissolve_residual: Unit = 0.5  # of the change from end to end, not a mix of the ends
    wipe_fit: Unit = 0.88  # of the variance of the cells' moments, explained by their place
    transnetv2_threshold: Unit = 0.5


@dataclass(frozen=True, slots=True)
class SamplingConfig:
    every_s: Annotated[float, msgspec.Meta(gt=0.0)] = 1.0
    max_per_shot: Positive = 8
    margin_s: Seconds = 0.15  # kept clear at both ends of a shot, and of its gradual transition
    window_s: Seconds = 0.25  # the sharpest frame within this far of the wanted time is taken
    max_side: Positive = 1920  # px; a larger picture is scaled down when it is kept


@dataclass(frozen=True, slots=True)
class DetectConfig:
    detector: str = "ssd-mobilenet-v2"  # or an ultralytics model, a torchvision one, or "none"
    device: str = "auto"  # auto, cpu, cuda, cuda:1, …
    batch: Positive = 8  # images a call, over shots
    half: bool = True  # 16-bit floats where the hardware multiplies them
    min_score: Unit = 0.25
    nms_iou: Unit = 0.5


@dataclass(frozen=True, slots=True)
class ClassifyConfig:
    classifiers: str = ""  # files that train-classifier wrote, one of a kind, parted by ;
    crops: Natural = 5  # of a picture, that a classifier of characters looks at, at most


@dataclass(frozen=True, slots=True)
class TagConfig:
    min_score: Unit = 0.4  # of a shot's object: mean score over the samples that show it
    min_support: Unit = 0.25  # of the shot's samples that show it
    max_boxes: Natural = 64  # kept for a tag, best first


@dataclass(frozen=True, slots=True)
class ReportConfig:
    thumbnails: bool = False
    thumbnail_side: Annotated[int, msgspec.Meta(ge=16, le=1920)] = 320  # px, longer side


@dataclass(frozen=True, slots=True)
class DialogueConfig:
    subtitles: bool = True  # beside the film, or in it
    subtitle_file: str = ""  # to read instead of those
    language: str = ""  # BCP-47, wanted where there are several, and that is spoken; "": any
    min_overlap_s: Seconds = 0.25  # a line belongs to a shot from so much in common
    sound: bool = True  # loudness and share of speech, from the audio track
    speech_threshold: Unit = 0.5  # probability from which 32 ms of sound are speech
    transcribe: bool = False  # needs framesense[transcribe]
    whisper: str = "whisper-tiny.en"  # or a folder, or a name that faster-whisper knows
    read_text: bool = False  # on-screen text; needs framesense[text]
    min_text_score: Unit = 0.8  # of a row of text read


@dataclass(frozen=True, slots=True)
class LookConfig:
    measure: bool = True
    flow_side: Annotated[int, msgspec.Meta(ge=64, le=512)] = 128  # px, longer side
    flow_every_s: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)] = 0.125  # from picture to picture
    camera_travel: Annotated[float, msgspec.Meta(gt=0.0)] = 0.04  # diagonals; less is static
    camera_shake: Annotated[float, msgspec.Meta(gt=0.0)] = 0.05  # diagonals/s; less is steady
    repeat_levels: Annotated[float, msgspec.Meta(ge=0.0, le=255.0)] = 2.0  # of change, anywhere
    colours: Annotated[int, msgspec.Meta(ge=1, le=12)] = 6  # of a palette, at most
    colours_apart: Annotated[float, msgspec.Meta(ge=0.0, le=100.0)] = 14.0  # CIELAB; nearer: one
    barcode_columns: Annotated[int, msgspec.Meta(ge=2, le=1000)] = 1000  # at most


@dataclass(frozen=True, slots=True)
class Config:
    film: FilmConfig = field(default_factory=FilmConfig)
    split: SplitConfig = field(default_factory=SplitConfig)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    detect: DetectConfig = field(default_factory=DetectConfig)
    classify: ClassifyConfig = field(default_factory=ClassifyConfig)
    tags: TagConfig = field(default_factory=TagConfig)
    report: ReportConfig = field(default_factory=ReportConfig)
    dialogue: DialogueConfig = field(default_factory=DialogueConfig)
    look: LookConfig = field(default_factory=LookConfig)

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Plain nested values, as a TOML file would hold them."""
        return asdict(self)

    def changed(self, section: str, **values: Any) -> Config:
        """A copy with some values of one section replaced and checked; None values are skipped."""
        given = {key: value for key, value in values.items() if value is not None}
        if not given:
            return self
        return from_dict({section: given}, base=self, where="the command line")


def presets() -> list[str]:
    """Names that `load` takes besides paths."""
    return sorted(path.stem for path in _preset_folder().glob("*.toml"))


def load(name_or_path: str | Path | None = None) -> Config:
    """The defaults, changed by a preset (`cgi`, `anime`, …) or by a TOML file.

    Raises ConfigError for a missing or malformed file, an unknown key or a value out of range.
    """
    if name_or_path is None:
        return Config()
    path = Path(name_or_path)
    preset = _preset_folder() / f"{name_or_path}.toml"
    if not path.suffix and preset.is_file():
        path = preset
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read ({error.strerror})",
            remedy=f"name a TOML file or a preset: {', '.join(presets())}",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error})", remedy="mend that line") from error
    return from_dict(data, base=Config(), where=str(path))


def from_dict(data: dict[str, Any], *, base: Config, where: str) -> Config:
    """`base` with the given sections' values replaced; raises ConfigError."""
    sections = {item.name: getattr(base, item.name) for item in fields(base)}
    for name, values in data.items():
        _known(name, sections, where, "section")
        if not isinstance(values, dict):
            raise ConfigError(f"{where}: {name} must be a section [{name}], not {values!r}")
        types = get_type_hints(type(sections[name]), include_extras=True)
        changed = {}
        for key, value in values.items():
            _known(key, types, where, f"key in [{name}]")
            try:
                changed[key] = msgspec.convert(value, types[key])
            except msgspec.ValidationError as error:
                raise ConfigError(f"{where}: {name}.{key} = {value!r}: {error}") from error
        sections[name] = replace(sections[name], **changed)
    return Config(**sections)


def _known(name: str, allowed: dict[str, Any], where: str, what: str) -> None:
    if name in allowed:
        return
    near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(allowed)}"
    raise ConfigError(f"{where}: unknown {what}: {name}", remedy=hint)


def _preset_folder() -> Path:
    """Inside the installed package, or beside it in a checkout."""
    packaged = Path(__file__).parent / "configs"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "configs"
