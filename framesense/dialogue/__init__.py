"""What a film says: subtitles, sound, speech and on-screen text, each with its time.

subtitles   beside the film or in it -> lines        beside, inside, parsing, cues
audio       one pass over the audio track            loudness, 16 kHz mono
speech      where somebody speaks, and what          voice, transcribe
text        titles, signs and credits in the picture text, cards
lines       lines and sound to shots: pure
"""

from __future__ import annotations

from framesense.dialogue.lines import lines_of, outside, sound_of, sound_tags
from framesense.dialogue.listening import SoundTrack, listen
from framesense.dialogue.subtitles import Subtitles, read_subtitles

__all__ = [
    "SoundTrack",
    "Subtitles",
    "lines_of",
    "listen",
    "outside",
    "read_subtitles",
    "sound_of",
    "sound_tags",
]
