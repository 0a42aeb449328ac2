"""Reading MovieLens in its formats, and what is said of files that are not as they should be."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from framesense.errors import InputError
from framesense.rating import movielens

ITEM = "{}|{} ({})|01-Jan-1995||http://example.org|{}"


def write_100k(folder: Path, ratings: str = "") -> Path:
    """Three viewers, three films, five ratings, two genres."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = "1\t10\t5\t100\n1\t20\t1\t101\n2\t10\t4\t102\n3\t30\t3\t103\n3\t10\t2\t104\n"
    (folder / "u.data").write_text(ratings or rows)
    (folder / "u.user").write_text("1|24|M|student|1\n2|53|F|artist|2\n3|0|X|writer|3\n")
    items = [(10, "Été", 1995, "1|0"), (20, "Noir", 1950, "0|1"), (30, "Mute", 1927, "0|0")]
    text = "\n".join(ITEM.format(*item) for item in items)
    (folder / "u.item").write_bytes(text.encode("latin-1"))
    (folder / "u.genre").write_text("Children's|0\nDrama|1\n\n")
    return folder


def test_the_original_format_is_read_with_viewers_films_and_genres(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    assert len(data.ratings) == 5
    assert data.ratings.level.tolist() == [5, 1, 4, 3, 2]
    assert data.films.titles == ("Été", "Noir", "Mute")
    assert data.films.year.tolist() == [1995, 1950, 1927]
    assert data.films.genres == ("Children", "Drama")
    assert data.films.has_genre.tolist() == [[True, False], [False, True], [False, False]]
    assert data.viewers.occupation == ("student", "artist", "writer")
    assert "no commercial use" in data.licence


def test_the_licence_goes_by_the_files_whatever_their_folder_is_called(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "small"))
    assert data.licence.startswith("MovieLens 100K, GroupLens: research only")
    (tmp_path / "ratings.dat").write_text("1::10::5::1\n")  # without viewers, as ml-10m
    assert movielens.read(tmp_path).licence.startswith("GroupLens terms")


def test_somebody_told_of_twice_is_noted(tmp_path: Path) -> None:
    folder = write_100k(tmp_path)
    with (folder / "u.user").open("a") as file:
        file.write("1|24|M|student|1\n1|60|F|doctor|1\n")
    data = movielens.read(folder)
    assert data.viewers.occupation[0] == "student"
    assert "1 rows of viewers told of before: the first counts" in data.notes


def test_an_unknown_gender_or_age_is_taken_as_unknown_and_said(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "ml-100k"))
    assert data.viewers.gender == ("M", "F", "")
    assert np.isnan(data.viewers.age[2])
    assert any("gender" in note for note in data.notes)
    assert any("age" in note for note in data.notes)


def test_csv_rounds_half_stars_up_and_says_so(tmp_path: Path) -> None:
    head = "userId,movieId,rating,timestamp\n"
    (tmp_path / "ratings.csv").write_text(head + "1,7,0.5,1\n1,8,4.5,2\n2,7,3.0,3\n")
    films = 'movieId,title,genres\n7,"Up, Down (2009)",Animation|Comedy\n8,X,(no genres listed)\n'
    (tmp_path / "movies.csv").write_text(films)
    data = movielens.read(tmp_path)
    assert data.ratings.level.tolist() == [1, 5, 3]
    assert data.films.titles == ("Up, Down", "X")
    assert data.films.genres == ("Animation", "Comedy")
    assert not data.films.has_genre[1].any()
    assert any("half stars" in note for note in data.notes)


def test_ml_1m_gives_occupations_in_words(tmp_path: Path) -> None:
    (tmp_path / "ratings.dat").write_text("1::7::5::1\n2::7::3::2\n")
    (tmp_path / "users.dat").write_text("1::F::1::10::48067\n2::M::56::99::70072\n")
    (tmp_path / "movies.dat").write_text("7::Alien: Again (1979)::Sci-Fi|Horror\n")
    data = movielens.read(tmp_path)
    assert data.viewers.occupation == ("student", "")
    assert data.films.titles == ("Alien: Again",)


def test_recbole_files_are_read_from_a_folder_and_from_a_wheel(tmp_path: Path) -> None:
    names = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    people = "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
    films = "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
    files = {
        "ml-100k.inter": names + "1\t7\t5\t1\n2\t7\t3\t2\n",
        "ml-100k.user": people + "1\t24\tM\tstudent\t1\n2\t30\tF\tartist\t2\n",
        "ml-100k.item": films + "7\tToy Story\t1995\tAnimation Children's\n",
    }
    wheel = tmp_path / "recbole.whl"
    (tmp_path / "folder").mkdir()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            (tmp_path / "folder" / name).write_text(text)
            archive.writestr(movielens.IN_WHEEL + name, text)
    from_folder, from_wheel = movielens.read(tmp_path / "folder"), movielens.read(wheel)
    assert from_folder.films.genres == from_wheel.films.genres == ("Animation", "Children")
    assert from_wheel.ratings.level.tolist() == [5, 3]
    assert from_wheel.name == "ml-100k"


def test_ratings_alone_are_enough_and_what_is_unknown_is_said(tmp_path: Path) -> None:
    (tmp_path / "u.data").write_text("1\t7\t5\t1\n2\t7\t3\t2\n")
    data = movielens.read(tmp_path)
    assert len(data.viewers) == 2
    assert data.films.has_genre.shape == (1, 0)
    assert len(data.notes) == 2


def test_viewers_and_films_missing_from_their_files_are_unknown(tmp_path: Path) -> None:
    folder = write_100k(tmp_path / "set", "1\t10\t5\t1\n9\t10\t4\t1\n1\t99\t4\t1\n")
    data = movielens.read(folder)
    assert data.viewers.ids[-1] == "9"
    assert data.viewers.occupation[-1] == ""
    assert data.films.ids[-1] == "99"
    assert not data.films.has_genre[-1].any()
    assert sum("not in the file" in note for note in data.notes) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("1\t7\t6\t1\n", "line 1: rating 6 is not 1 to 5"),
        ("1\t7\t0\t1\n", "line 1: rating 0 is not 1 to 5"),
        ("1\t7\t3\t1\n1\t8\tgood\t1\n", "line 2: rating is 'good', not a number"),
        ("1,7,3,1\n", "separated by tabs"),
        ("1::7::3::1\n", "separated by tabs"),
        ("1\t7\t3\t1\n1\t8\n", "line 2: rating is '', not a number"),
        ("1\t7\t3\t1\n1\t7\t4\t2\n", "line 2: viewer 1 rates film 7 for the second time"),
        ("", "is empty"),
    ],
)
def test_a_bad_ratings_file_is_told_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "u.data").write_text(content)
    with pytest.raises(InputError) as caught:
        movielens.read(tmp_path)
    assert told in str(caught.value)
    assert "u.data" in str(caught.value)


def test_a_folder_without_ratings_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ratings here"):
        movielens.read(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        movielens.read(tmp_path / "absent")


def test_genre_names_that_do_not_fit_the_items_are_told(tmp_path: Path) -> None:
    folder = write_100k(tmp_path / "set")
    (folder / "u.genre").write_text("Drama|0\n")
    with pytest.raises(InputError, match=r"2 genre fields, u\.genre names 1"):
        movielens.read(folder)


def test_a_csv_of_other_columns_is_told(tmp_path: Path) -> None:
    (tmp_path / "ratings.csv").write_text("user;film;rating\n1;2;3\n")
    with pytest.raises(InputError, match="has no column userId"):
        movielens.read(tmp_path)
