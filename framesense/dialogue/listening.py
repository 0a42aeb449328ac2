"""One pass over a film's audio track: how loud it is, and where somebody speaks."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

from framesense.dialogue.audio import LEVEL_STEP_S, LEVEL_WINDOW_S, RATE_HZ, stretches
from framesense.dialogue.series import Series
from framesense.dialogue.voice import WINDOW_S, VoiceMeter
from framesense.errors import AssetError
from framesense.records import ModelFacts


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """What the whole audio track measures, at even steps; `lines.sound_of` cuts out a shot's."""

    duration_s: float  # from the film's 00:00 to the track's end
    levels: Series  # momentary loudness, LUFS
    speech: Series | None  # probability, 0 to 1; None: no model
    models: tuple[ModelFacts, ...] = ()
    notes: tuple[str, ...] = ()  # for people: what was left out, and why


def listen(film: Path, *, offline: bool = False) -> SoundTrack | None:
    """Read the film's audio track from start to end; None where it has none.

    Without the voice model (offline, or no network) loudness is measured all the same, and a note
    says so. Memory grows by 170 bytes a second of film. Raises InputError where the file cannot
    be opened.
    """
    notes: tuple[str, ...] = ()
    meter = None
    levels, speech = array("f"), array("f")
    samples = 0
    for stretch in stretches(film):
        if not samples:
            meter, notes = _voice_meter(offline=offline)
        samples += len(stretch.wave)
        levels.extend(stretch.levels)
        if meter is not None:
            speech.extend(meter.push(stretch.wave))
    if not samples:
        return None
    return SoundTrack(
        duration_s=samples / RATE_HZ,
        levels=Series(levels, LEVEL_STEP_S, first_s=LEVEL_STEP_S - LEVEL_WINDOW_S / 2),
        speech=Series(speech, WINDOW_S, first_s=WINDOW_S / 2) if meter else None,
        models=(meter.facts,) if meter else (),
        notes=notes,
    )


def _voice_meter(*, offline: bool) -> tuple[VoiceMeter | None, tuple[str, ...]]:
    try:
        return VoiceMeter(offline=offline), ()
    except AssetError as error:
        return None, (f"speech is not measured: {error}",)
