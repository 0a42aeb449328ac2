"""Settings: what a file may say, and how a mistake in it is told."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from framesense.config import Config, SplitConfig, load, presets
from framesense.errors import ConfigError

CONFIGS = Path(__file__).parents[1] / "configs"
DEFAULT = CONFIGS / "default.toml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_file_says_what_the_defaults_are() -> None:
    assert tomllib.loads(DEFAULT.read_text(encoding="utf-8")) == Config().as_dict()


def test_every_setting_of_the_splitters_is_explained() -> None:
    section = DEFAULT.read_text(encoding="utf-8").partition("[split]")[2].partition("\n[")[0]
    paragraphs = section.split("\n\n")
    for knob in fields(SplitConfig):
        about = [text for text in paragraphs if re.search(rf"^{knob.name} = ", text, re.MULTILINE)]
        assert about, f"{knob.name} is not listed"
        assert "#" in about[0], f"{knob.name} is not explained"


@pytest.mark.parametrize("name", ["anime", "cgi", "default"])
def test_presets_are_known_by_name_and_load(name: str) -> None:
    assert name in presets()
    assert load(name).split.splitter == "hybrid"


@pytest.mark.parametrize("name", ["anime", "cgi"])
def test_presets_change_something_and_repeat_nothing(name: str) -> None:
    changes = tomllib.loads((CONFIGS / f"{name}.toml").read_text(encoding="utf-8"))
    defaults = Config().as_dict()
    assert changes
    for section, values in changes.items():
        for key, value in values.items():
            assert defaults[section][key] != value


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    config = load(written(tmp_path, "[split]\nmin_content = 9\n"))
    assert config.split.min_content == 9.0
    assert config == Config().changed("split", min_content=9.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[split]\nmin_contents = 9\n", "did you mean min_content?"),
        ("[splits]\nmin_content = 9\n", "did you mean split?"),
        ("[split]\nmin_content = -1\n", "split.min_content = -1"),
        ("[split]\nmin_shot_frames = 2.5\n", "split.min_shot_frames = 2.5"),
        ("split = 3\n", "must be a section"),
        ("[split\n", "not valid TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(written(tmp_path, text))


def test_a_missing_file_names_the_presets() -> None:
    with pytest.raises(ConfigError, match="anime, cgi, default"):
        load("anyme")
