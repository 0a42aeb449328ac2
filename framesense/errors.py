"""What can go wrong, as one tree; each branch has the exit code that the CLI ends with.

    FramesenseError           1   anything else we foresee
    ├── UsageError            2   a wrong option, config key, model or device name
    │   └── ConfigError
    ├── InputError            3   a film, image, label or report file that cannot be used
    │   ├── FilmError
    │   └── ReportError
    ├── OutputError           4   a place that cannot be written, a full disk
    ├── AssetError            5   pretrained files: missing, damaged, offline, no network
    ├── DeviceError           6   a GPU asked for and absent, an optional package not installed
    └── SomeFilmsError        7   several films: some failed, the others are done

A Ctrl-C ends with 130. A message names the file and what to do about it, in one line.
"""

from __future__ import annotations


class FramesenseError(Exception):
    """Base of all our errors: what is wrong, and the remedy."""

    exit_code = 1

    def __init__(self, problem: str, *, remedy: str = "") -> None:
        super().__init__(f"{problem}; {remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class UsageError(FramesenseError):
    exit_code = 2


class ConfigError(UsageError):
    pass


class InputError(FramesenseError):
    exit_code = 3


class FilmError(InputError):
    pass


class ReportError(InputError):
    pass


class OutputError(FramesenseError):
    exit_code = 4


class AssetError(FramesenseError):
    exit_code = 5


class DeviceError(FramesenseError):
    exit_code = 6


class SomeFilmsError(FramesenseError):
    exit_code = 7
