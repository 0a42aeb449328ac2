"""framesense: watches animated films and says, shot by shot, who and what is on screen."""

__version__ = "0.1.0"
