"""Tags and looks for training: put to their films, and what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from framesense.errors import InputError
from framesense.rating import movielens
from framesense.rating.tags import TagRow, read_tags, with_looks, with_tags
from tests.test_rating_data import write_100k


def test_tags_reach_their_films_and_strange_films_are_counted(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    (tmp_path / "tags.csv").write_text("film_id,label,weight\n10,cat,0.5\n10,cat,0.7\n77,dog,1\n")
    tagged = with_tags(data, read_tags(tmp_path / "tags.csv"))
    assert tagged.films.content is not None
    assert tagged.films.content.tags == ("cat", "dog")
    assert tagged.films.content.weight.tolist() == [[0.7, 0], [0, 0], [0, 0]]
    assert any("1 of 3 films" in note and "ignored" in note for note in tagged.notes)


def test_looks_are_found_through_a_translation_of_ids(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    (tmp_path / "looks.csv").write_text("ML_Id,f1,f2\n1010,0.25,\n")
    (tmp_path / "ids.csv").write_text("ml100k,ml20m,has\n10,1010,True\n20,9,False\n")
    seen = with_looks(data, tmp_path / "looks.csv", tmp_path / "ids.csv")
    assert seen.films.content is not None
    assert seen.films.content.looks == ("f1", "f2")
    assert seen.films.content.look[0, 0] == 0.25
    assert np.isnan(seen.films.content.look).sum() == 5
    both = with_tags(seen, [TagRow("10", "cat", 1.0)])
    assert both.films.content is not None
    assert both.films.content.looks == ("f1", "f2")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("film_id,label,weight\n10,cat,7\n", "line 2: weight 7 is not 0 to 1"),
        ("film_id;label;weight\n10;cat;1\n", "separated by commas"),
        ("film_id,label,weight\n10,cat,much\n", "weight is 'much', not a number"),
        ("film_id,label,weight\n", "no tags in it"),
    ],
)
def test_a_bad_tags_file_is_told_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "tags.csv").write_text(content)
    with pytest.raises(InputError) as caught:
        read_tags(tmp_path / "tags.csv")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("film_id\n10\n", "has no measures"),
        ("film_id,f1,f1\n10,1,2\n", "has columns of one name"),
        ("film_id,f1\n10,\n20,abc\n", "line 3: f1 is 'abc', not a number"),
        ("film_id,f1\n10,inf\n", "line 2: f1 is 'inf', not a number"),
        ("film_id,f1\n10,1\n10,2\n", "line 3: film 10 for the second time"),
    ],
)
def test_a_bad_table_of_looks_is_told(tmp_path: Path, content: str, told: str) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    (tmp_path / "looks.csv").write_text(content)
    with pytest.raises(InputError) as caught:
        with_looks(data, tmp_path / "looks.csv")
    assert told in str(caught.value)


def test_looks_matched_by_number_alone_are_noted(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    (tmp_path / "looks.csv").write_text("ML_Id,f1\n10,0.5\n")
    assert "--look-ids" in with_looks(data, tmp_path / "looks.csv").notes[-1]


def test_a_table_of_looks_without_film_ids_is_told(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    (tmp_path / "looks.csv").write_text("title,f1\nUp,1\n")
    with pytest.raises(InputError, match="no column ML_Id"):
        with_looks(data, tmp_path / "looks.csv")
    with pytest.raises(InputError, match="cannot be read"):
        with_looks(data, tmp_path / "absent.csv")
