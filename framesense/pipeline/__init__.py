"""The one place that knows all stages: a film goes in, shots with their tags come out.

analysis   the order of things, and the film's whole report
hearing    subtitles, sound and speech, in a thread beside the pictures
models     detector and classifiers, in a thread, on batches that span shots
assembly   all that is known of a shot, put together: pure
"""

from __future__ import annotations

from framesense.pipeline.analysis import Analysis, Progress, analyze

__all__ = ["Analysis", "Progress", "analyze"]
