"""How viewers would rate a film: who answers, what is known of the film, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from framesense.errors import InputError, UsageError
from framesense.rating import rater
from framesense.rating.audience import Person, audience, groups
from framesense.rating.facts import Facts, merged, of_reports, read_facts, told
from framesense.rating.people import read_people
from framesense.rating.placing import placed
from framesense.rating.preference import STAND_INS, Preference, rate, stand_ins
from framesense.rating.ratings import Content, Films, RatingSet
from framesense.rating.subjects import subjects
from framesense.rating.watched import FOREIGN, LOOKS, OURS, content
from framesense.records import (
    ColourLook,
    FilmLook,
    FilmReport,
    FilmTag,
    Look,
    MiseEnScene,
    MotionLook,
    Spread,
)
from tests import factories
from tests.test_rating_models import small_set
from tests.test_rating_rater import SMALL

pytest.importorskip("sklearn")

COMEDY = Facts(year=1960, genres=("Comedy",))


def watched_set() -> RatingSet:
    """Women love comedies, in which cats are; men do not. Films have f1 and average shots too."""
    data = small_set()
    comedy = data.films.has_genre[:, 0]
    look = np.column_stack([np.linspace(0, 1, len(data.films)), np.where(comedy, 2.0, 6.0)])
    shown = Content(("cat",), comedy[:, None] * 0.5, ("f1", "average_shot_s"), look)
    return replace(data, films=replace(data.films, content=shown))


@pytest.fixture(scope="module")
def made() -> rater.Rater:
    return rater.train(watched_set(), model=SMALL, seed=1)[0]


def report(
    label: str = "cat", *, average_shot_s: float | None = 2.0, f1: float = 50.0, name: str = "00"
) -> FilmReport:
    """A film of one object; measured, unless its average shot is None."""
    made = factories.report(label=label)
    made = replace(made, film=replace(made.film, sha256=name * 32))
    if average_shot_s is None:
        return made
    nothing = Spread(0.0, 0.0)
    look = FilmLook(
        average_shot_s=average_shot_s,
        median_shot_s=average_shot_s,
        tempo=(),
        palette=(),
        barcode=(),
        **dict.fromkeys(
            ("brightness", "contrast", "saturation", "warmth", "variance", "lighting_key"),
            Spread(0.4, 0.1),
        ),
        **dict.fromkeys(("motion", "subject_motion", "shake", "repeated"), nothing),
        moves=(),
        scales=(),
        mise_en_scene=MiseEnScene(f1, 1e6, 1e5, 0.0, 0.0, 0.05, len(made.shots)),
    )
    colour = ColourLook((), 0.4, 0.4, 0.4, 0.4, 1e6, 0.05)
    shots = tuple(replace(shot, look=Look(colour=colour)) for shot in made.shots)
    return replace(made, shots=shots, look=look)


def rated(
    made: rater.Rater, *people: Person, films: tuple[tuple[str, FilmReport, Facts], ...]
) -> list[Preference]:
    found, _ = subjects(made, films, [])
    return rate(made, found, audience(people, made.viewers, made.rating_viewers))


WOMAN, MAN = Person("", 30, "F", "artist"), Person("", 30, "M", "artist")
ANN, BOB = Person("v0"), Person("v1")  # whom the rater knows


class TestPreference:
    def test_its_numbers_are_read_off_its_distribution(self, made: rater.Rater) -> None:
        (one,) = rated(made, WOMAN, films=(("film", report(), COMEDY),))
        shares = np.array(one.probabilities)
        assert shares.sum() == pytest.approx(1, abs=1e-3)
        assert one.expected == pytest.approx(shares @ np.arange(1, 6), abs=1e-3)
        assert one.likely == shares.argmax() + 1
        assert one.like == pytest.approx(shares[3:].sum(), abs=1e-3)
        assert one.confidence == shares.max()

    def test_who_loves_comedies_would_love_one(self, made: rater.Rater) -> None:
        films = (
            ("comedy", report(), COMEDY),
            ("drama", report("dog"), Facts("", "", 1960, ("Drama",))),
        )
        women, men = rated(made, ANN, BOB, films=films)[:2]
        assert women.expected > men.expected + 0.3
        assert (women.viewer_rank, men.viewer_rank) == (1, 2)
        assert (women.film_rank, men.film_rank) == (1, 2)

    def test_an_effect_is_the_rating_less_that_without_the_group(self, made: rater.Rater) -> None:
        whole, without = rated(
            made,
            ANN,
            films=(("whole", report(), COMEDY), ("without", report("dog"), COMEDY)),
        )
        effects = {effect.group: effect.effect for effect in whole.effects}
        assert set(effects) == {"objects", "pace", "genre", "year"}
        assert effects["objects"] == pytest.approx(whole.expected - without.expected, abs=2e-4)
        assert effects["genre"] > 0  # cats, its mirror, may get either sign in so short a chain
        strengths = [abs(effect.effect) for effect in whole.effects]
        assert strengths == sorted(strengths, reverse=True)

    def test_what_is_untold_is_no_reason(self, made: rater.Rater) -> None:
        nothing = report("dog", average_shot_s=None)
        (one,) = rated(made, WOMAN, films=(("film", nothing, Facts()),))
        assert one.effects == ()

    def test_an_untold_genre_is_the_mean_over_genres(self, made: rater.Rater) -> None:
        nothing = report("dog", average_shot_s=None)
        told = [Facts(genres=(genre,)) for genre in ("Comedy", "Drama")]
        films = [(f"{n}", nothing, facts) for n, facts in enumerate([*told, Facts()])]
        comedy, drama, untold = rated(made, ANN, films=tuple(films))
        assert drama.expected < untold.expected < comedy.expected

    def test_a_film_that_viewers_have_rated_is_rated_as_they_did(self, made: rater.Rater) -> None:
        loved = np.bincount(watched_set().ratings.film, watched_set().ratings.level) / np.bincount(
            watched_set().ratings.film
        )
        best = made.films.ids[int(loved.argmax())]
        films = (("known", report(), Facts(best, genres=("Comedy",))),)
        (one,) = rated(made, MAN, films=films)
        assert one.expected > rated(made, MAN, films=(("new", report(), COMEDY),))[0].expected

    def test_stand_ins_come_as_often_as_their_genres_are_rated(self) -> None:
        data = watched_set()
        count = np.where(data.films.has_genre[:, 0], 3, 1)
        rows = stand_ins(data.films, count)
        assert len(rows) == STAND_INS
        assert data.films.has_genre[rows, 0].mean() == pytest.approx(0.75, abs=0.05)


class TestSubjects:
    def test_tags_that_training_has_not_are_ignored_and_counted(self, made: rater.Rater) -> None:
        strange = replace(report(), tags=(*report().tags, FilmTag("object", "dog", 1, 1, 1, 0.5)))
        (film,), notes = subjects(made, [("film", strange, COMEDY)], [])
        assert [tag.name for tag in film.tags] == ["cat"]
        assert any("1 of 2 tags are new to the rater: ignored" in note for note in notes)

    def test_an_empty_film_is_rated_by_what_is_told_of_it(self, made: rater.Rater) -> None:
        empty = replace(report(), shots=(), tags=())
        (film,), notes = subjects(made, [("film", empty, COMEDY)], [])
        assert film.groups == ("genre", "year")
        assert any("has no shots" in note for note in notes)
        assert any("by what is told of it alone" in note for note in notes)
        assert 1 <= rated(made, WOMAN, films=(("film", empty, COMEDY),))[0].expected <= 5

    def test_a_film_that_viewers_have_rated_is_not_rated_by_what_is_told_of_it(
        self, made: rater.Rater
    ) -> None:
        empty = replace(report(), shots=(), tags=())
        _, notes = subjects(made, [("film", empty, replace(COMEDY, film_id="f0"))], [])
        assert not any("told of it alone" in note for note in notes)

    def test_a_film_that_nobody_rated_is_new_and_noted(self, made: rater.Rater) -> None:
        id = made.films.ids[0]
        encoding = made.predictor.warm.encoding
        warm = replace(made.predictor.warm, encoding=replace(encoding, film_ids=("other",)))
        unrated = replace(made, predictor=replace(made.predictor, warm=warm))
        told = "film: nobody rated it in training: answered as a new film"
        assert told in subjects(unrated, [("film", report(), Facts(id))], [])[1]
        assert told not in subjects(made, [("film", report(), Facts(id))], [])[1]

    def test_a_year_that_training_has_not_is_unknown(self, made: rater.Rater) -> None:
        (film,), notes = subjects(made, [("film", report(), Facts(year=2008))], [])
        assert film.facts.year is None
        assert any("2008 is outside the training data's 1950 to 1979" in note for note in notes)

    def test_measures_of_trailers_are_left_out_of_few_films(self, made: rater.Rater) -> None:
        (film,), notes = subjects(made, [("film", report(), COMEDY)], [])
        assert [look.name for look in film.looks] == ["average_shot_s"]
        assert any("f1" in note and "here are 1: left out" in note for note in notes)

    def test_measures_of_trailers_are_placed_by_rank_among_many(self, made: rater.Rater) -> None:
        others = [report(f1=10.0 * n, name=f"{n:02}") for n in range(1, 22)]
        (film,), notes = subjects(made, [("film", others[10], COMEDY)], others)
        f1 = next(look.value for look in film.looks if look.name == "f1")
        assert f1 == pytest.approx(0.5, abs=0.02)  # the middle film is put in the middle
        assert any("by rank among 21 reports" in note for note in notes)

    def test_the_same_film_counts_once_among_many(self, made: rater.Rater) -> None:
        _, notes = subjects(made, [("film", report(), COMEDY)], [report()] * 30)
        assert any("here are 1: left out" in note for note in notes)

    def test_genres_that_are_not_told_are_noted(self, made: rater.Rater) -> None:
        _, notes = subjects(made, [("film", report(), Facts())], [])
        assert any("no genre told of film" in note for note in notes)


class TestWatched:
    def test_a_film_that_was_not_measured_has_no_looks(self) -> None:
        shown = content([report(average_shot_s=None), report()])
        assert np.isnan(shown.look[0]).all()
        assert shown.look[1, LOOKS.index("average_shot_s")] == 2.0
        assert shown.look[1, LOOKS.index("f6")] == 0.05

    def test_motion_that_no_shot_has_is_unknown_and_not_still(self) -> None:
        measured = report()
        assert np.isnan(content([measured]).look[0, LOOKS.index("f4")])
        moving = Look(motion=MotionLook(0.0, 0.0, 0.0))
        shots = tuple(replace(shot, look=moving) for shot in measured.shots)
        still = content([replace(measured, shots=shots)]).look[0]
        assert still[LOOKS.index("f4")] == 0
        assert np.isnan(still[LOOKS.index("f2")])

    def test_ranks_go_to_quantiles(self) -> None:
        catalogue = np.full((40, len(LOOKS)), np.nan)
        place = LOOKS.index("f1")
        catalogue[:, place] = np.arange(40)
        quantiles = np.linspace(5, 6, 11)[None]
        found = placed(catalogue, catalogue, ("f1",), quantiles)[:, place]
        assert (np.diff(found) > 0).all()
        assert found[[0, -1]] == pytest.approx([5, 6], abs=0.02)
        assert np.isnan(placed(catalogue, catalogue[:10], ("f1",), quantiles)[:, place]).all()

    def test_measures_have_a_scale_each(self) -> None:
        assert FOREIGN == ("f1", "f2", "f3", "f4", "f5", "f6", "f7")
        assert set(FOREIGN) | set(OURS) == set(LOOKS)


class TestAudience:
    known = small_set().viewers

    def test_somebody_told_in_full_answers_alone(self) -> None:
        asked = audience([WOMAN], self.known, self.known.ids)
        assert asked.names == ("30 years, F, artist",)
        assert asked.weight.tolist() == [[1.0]]
        assert asked.people.ids[0] not in self.known.ids

    def test_somebody_told_in_part_is_all_who_fit(self) -> None:
        asked = audience([Person(gender="F")], self.known, self.known.ids)
        assert set(asked.people.gender) == {"F"}
        assert asked.weight.sum() == pytest.approx(1)
        assert not set(asked.people.ids) & set(self.known.ids)

    def test_somebody_like_nobody_is_all_of_their_age_and_gender(self) -> None:
        woman = Person("", 24, "F", "")
        asked = audience([replace(woman, occupation="pilot"), woman], self.known, self.known.ids)
        assert asked.weight[0].tolist() == asked.weight[1].tolist()

    def test_without_demographics_all_viewers_are_alike(self) -> None:
        blank = ("",) * len(self.known)
        silent = replace(self.known, age=self.known.age * np.nan, gender=blank, occupation=blank)
        asked = audience([WOMAN, Person()], silent, silent.ids)
        assert len(asked.people) == 1
        assert np.isnan(asked.people.age).all()
        assert any("told in part" in note for note in asked.notes)

    def test_a_known_id_answers_for_itself(self) -> None:
        asked = audience([Person("v3")], self.known, self.known.ids)
        assert asked.people.ids == ("v3",)
        assert asked.people.age[0] == self.known.age[3]

    def test_a_known_id_that_rated_nothing_is_noted(self) -> None:
        asked = audience([Person("v3")], self.known, self.known.ids[:3])
        assert asked.notes == ("v3: rated nothing in training: answered as a new viewer",)

    def test_a_known_id_of_somebody_else_is_new_and_noted(self) -> None:
        other = "M" if self.known.gender[3] == "F" else "F"
        asked = audience([Person("v3", 99, other, "artist")], self.known, self.known.ids)
        assert asked.names == ("v3 (new)",)
        assert "v3" not in asked.people.ids
        assert "not the training data's v3" in asked.notes[0]

    def test_two_of_one_name_are_told_apart(self) -> None:
        assert audience([WOMAN, WOMAN], self.known, self.known.ids).names == (
            "30 years, F, artist",
            "30 years, F, artist (2)",
        )

    def test_groups_are_everybody_by_age_and_gender(self) -> None:
        everybody = groups(self.known)
        assert "F under 18" in everybody.names or "M under 18" in everybody.names
        assert everybody.weight.sum(axis=1) == pytest.approx(1)

    def test_without_ages_there_are_no_groups(self) -> None:
        nobody = replace(self.known, gender=("",) * len(self.known))
        with pytest.raises(UsageError, match="no groups"):
            groups(nobody)


class TestPeople:
    def test_a_file_of_movielens_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "u.user").write_text("7|24|M|student|85711\n8||F|artist|1\n")
        people, notes = read_people([str(tmp_path / "u.user")], ["student", "artist"])
        assert people == [Person("7", 24, "M", "student"), Person("8", None, "F", "artist")]
        assert notes == []

    def test_a_csv_file_may_lack_columns(self, tmp_path: Path) -> None:
        (tmp_path / "users.csv").write_text("gender,age\nfemale,24\n,\n")
        people, _ = read_people([str(tmp_path / "users.csv")], [])
        assert people == [Person("", 24, "F", ""), Person()]

    def test_columns_may_be_spaced_and_strange_ones_are_noted(self, tmp_path: Path) -> None:
        (tmp_path / "users.csv").write_text("age, gender, shoe\n24,F,41\n")
        people, notes = read_people([str(tmp_path / "users.csv")], [])
        assert people == [Person("", 24, "F")]
        assert "shoe" in notes[0]

    def test_a_description_is_read(self) -> None:
        people, _ = read_people(["age=24, gender=f, occupation=Student", "id=196"], ["student"])
        assert people == [Person("", 24, "F", "student"), Person("196")]

    def test_an_unknown_occupation_or_gender_is_untold_and_noted(self) -> None:
        people, notes = read_people(["gender=x,occupation=studnt"], ["student"])
        assert people == [Person()]
        assert any("'x' is not F or M" in note for note in notes)
        assert any("did you mean student?" in note for note in notes)

    @pytest.mark.parametrize(
        "text", ["age=0", "age=200", "age=old", "agee=3", "24,F", "age=3,age=4", "age=nan"]
    )
    def test_a_wrong_description_is_told(self, text: str) -> None:
        with pytest.raises((UsageError, InputError)):
            read_people([text], [])

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("age;gender;occupation\n24;F;student\n", "separated by commas"),
            ("24\tF\tstudent\n", "separated by commas"),
            ("7|24|M\n", "3 fields a line where 4 are due"),
            ("age\n24\nold\n", "line 3: age 'old'"),
            ("7|240|M|student|1\n", "line 1: age '240'"),
            ("", "names none of"),
            ("age,gender\n", "nobody is in it"),
        ],
    )
    def test_a_wrong_file_is_told(self, tmp_path: Path, content: str, words: str) -> None:
        (tmp_path / "users").write_text(content)
        with pytest.raises(InputError) as caught:
            read_people([str(tmp_path / "users")], [])
        assert words in str(caught.value)
        assert "users" in str(caught.value)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="cannot be read"):
            read_people([str(tmp_path / "absent.csv")], [])


class TestFacts:
    known = Films(
        ("1", "2"),
        ("Up", ""),
        np.array([2009, np.nan]),
        ("Animation", "Children"),
        np.array([[True, False], [False, False]]),
    )

    def test_genres_are_known_by_any_case_and_old_name(self) -> None:
        assert told("animation,Children's", 1995, self.known).genres == ("Animation", "Children")

    def test_an_unknown_genre_is_told_with_the_nearest(self) -> None:
        with pytest.raises(UsageError, match="did you mean Animation"):
            told("Animaton", None, self.known)

    def test_a_table_tells_of_each_film(self, tmp_path: Path) -> None:
        (tmp_path / "films.csv").write_text(
            "report,film_id,title,year,genres\na.json,1,,,\nb.json,,B,1950,Children\n"
        )
        found = read_facts(tmp_path / "films.csv", self.known)
        assert found[Path("b.json")] == Facts("", "B", 1950, ("Children",))
        assert merged(found[Path("a.json")], Facts(), self.known) == Facts(
            "1", "Up", 2009, ("Animation",)
        )
        assert merged(Facts(), Facts(year=1), self.known) == Facts(year=1)

    def test_reports_of_one_name_are_told_apart_by_their_folders(self) -> None:
        one, other = Path("a/film.json"), Path("b/film.json")
        table = Path("films.csv")
        apart = of_reports({one: Facts("1"), other: Facts("2")}, [one, other], table)
        assert apart == {one: Facts("1"), other: Facts("2")}
        assert of_reports({Path("film.json"): Facts("1")}, [one], table) == {one: Facts("1")}
        moved = {Path("old/film.json"): Facts("1")}
        assert of_reports(moved, [one], table) == {one: Facts("1")}
        assert of_reports({one: Facts("1")}, [one, other], table) == {one: Facts("1")}
        twice = [one, one.absolute()]
        assert of_reports({Path("film.json"): Facts("1")}, twice, table).keys() == set(twice)
        with pytest.raises(InputError, match=r"film\.json may be any of 2 reports"):
            of_reports({Path("film.json"): Facts("1")}, [one, other], table)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("report,title\na.json,A\na.json,B\n", "line 3: a.json for the second time"),
            ("report,film_id\na.json,9\n", "line 2: no film 9 in the training data"),
            ("report,genres\na.json,Animaton\n", "line 2: the rater knows no genre"),
            ("film,genres\na.json,Animation\n", "has no column report"),
            ("report,year\na.json,MCM\n", "line 2: year 'MCM'"),
        ],
    )
    def test_a_wrong_table_is_told(self, tmp_path: Path, content: str, words: str) -> None:
        (tmp_path / "films.csv").write_text(content)
        with pytest.raises(InputError) as caught:
            read_facts(tmp_path / "films.csv", self.known)
        assert words in str(caught.value)
