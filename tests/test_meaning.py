"""Captions, scenes and the synopsis: correct English, stable, and silent about what is unknown."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from framesense.config import LookConfig
from framesense.meaning import caption, scenes, synopsis
from framesense.meaning.english import listed, noun, place, plural
from framesense.records import (
    Box,
    CameraLook,
    ColourLook,
    Composition,
    FilmTag,
    Line,
    Look,
    MotionLook,
    ShotRecord,
    Swatch,
    Tag,
    TagBox,
)
from framesense.vision.look import film_look
from tests.factories import report

BOX, BESIDE = Box(0.1, 0.1, 0.4, 0.9), Box(0.3, 0.1, 0.9, 0.9)
NIGHT = (Swatch("#202860", "navy blue", 0.7), Swatch("#f0e8c0", "cream", 0.3))
DAY = (Swatch("#b0d8f0", "pale blue", 0.5), Swatch("#60b050", "green", 0.5))


def tag(
    kind: str, label: str, *, at_once: int = 1, score: float = 0.9, box: Box | None = None
) -> Tag:
    box = box or (BESIDE if kind == "object" else BOX)
    boxes = tuple(TagBox(1, 0.1, score, box) for _ in range(at_once))
    return Tag(kind, label, score, 1, 1, 0.0, 1.0, boxes if kind != "scene" else ())


def light(palette: tuple[Swatch, ...] = NIGHT, **changes: float) -> ColourLook:
    return replace(ColourLook(palette, 0.2, 0.3, 0.5, -1.0, 10.0, 0.1), **changes)


def camera(*moves: str, **speeds: float) -> CameraLook:
    still = CameraLook(("static",), 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    return replace(still, moves=moves or ("static",), **speeds)


class TestEnglish:
    @pytest.mark.parametrize(
        ("label", "count", "said"),
        [
            ("fox", 1, "a fox"),
            ("fox", 2, "two foxes"),
            ("owl", 1, "an owl"),
            ("umbrella", 1, "an umbrella"),
            ("unicorn", 1, "a unicorn"),
            ("hourglass", 1, "an hourglass"),
            ("person", 3, "three people"),
            ("wine glass", 2, "two wine glasses"),
            ("sheep", 12, "12 sheep"),
            ("knife", 2, "two knives"),
            ("scissors", 1, "a pair of scissors"),
            ("scissors", 2, "two pairs of scissors"),
            ("snowman", 2, "two snowmen"),
            ("toy", 2, "two toys"),
            ("fairy", 2, "two fairies"),
            ("bus", 0, "no buses"),
            ("Popeye", 1, "Popeye"),
            ("狐狸", 1, "狐狸"),
            ("狐狸", 2, "two 狐狸"),
        ],
    )
    def test_none_one_and_many(self, label: str, count: int, said: str) -> None:
        assert noun(label, count) == said

    def test_lists(self) -> None:
        assert listed([]) == ""
        assert listed(["a"]) == "a"
        assert listed(["a", "b"]) == "a and b"
        assert listed(["a", "b", "c"]) == "a, b and c"

    def test_places(self) -> None:
        assert place("forest") == "in the forest"
        assert place("night hill") == "on the night hill"
        assert place("outdoors") == "outdoors"
        assert place("Paris") == "in Paris"
        assert plural("human") == "humans"


class TestCaption:
    def test_all_that_is_known(self) -> None:
        look = Look(
            colour=light(),
            motion=MotionLook(0.2, 0.1, 0.2),
            camera=camera("pan", "zoom", pan=-0.1, zoom=0.2),
            composition=Composition("close-up", "left", "middle", 2),
        )
        tags = [tag("character", "fox"), tag("object", "chair"), tag("scene", "workshop")]
        lines = [Line(0, 1, "door slams", sound=True), Line(0, 1, "Who is\nthere?")]
        seen = caption(tags, look, lines)
        assert seen.text == (
            "Close-up of the fox, with a chair, moving fast, in the workshop. "
            "The camera pans left and zooms in. "
            "Dark, cool light; navy blue and cream. "
            "“Who is there?”"
        )
        assert seen.who == ("the fox",)
        assert seen.things == ("a chair",)
        assert (seen.scale, seen.doing, seen.where) == (
            "close-up",
            "moving fast",
            "in the workshop",
        )
        assert seen.colours == ("navy blue", "cream")

    def test_nothing_known_is_an_empty_caption(self) -> None:
        assert caption([]).text == ""

    def test_a_character_is_one_however_often_it_is_seen(self) -> None:
        tags = [tag("character", "fox", at_once=2), tag("character", "red_squirrel", score=0.8)]
        assert caption(tags).text == "The fox and the red squirrel."

    def test_who_has_a_name_is_not_told_twice(self) -> None:
        tags = [tag("character", "fox"), tag("object", "dog"), tag("object", "kite")]
        assert caption(tags).text == "The fox, with a kite."
        same = replace(BOX, y2=0.7)
        tags[2] = tag("object", "kite", box=same)  # which is the fox by another name
        assert caption(tags).text == "The fox."

    def test_living_things_stand_in_where_no_character_is_known(self) -> None:
        assert caption([tag("object", "person", at_once=2)]).text == "Two people."

    def test_things_alone_and_a_place_alone(self) -> None:
        book = tag("object", "book", at_once=2)
        assert caption([book, tag("scene", "forest")]).text == "Two books in the forest."
        assert caption([tag("scene", "meadow")]).text == "Nobody is seen on the meadow."

    def test_who_and_where_read_on_without_a_comma(self) -> None:
        tags = [tag("character", "fox"), tag("scene", "forest")]
        assert caption(tags).text == "The fox in the forest."

    def test_a_long_line_is_cut_at_a_word(self) -> None:
        said = caption([], lines=[Line(0, 9, "really, " * 40)]).says
        assert said.endswith("really …")
        assert len(said) <= 92

    def test_black_is_black(self) -> None:
        black = light((Swatch("#000000", "black", 1.0),), brightness=0.0)
        assert caption([], Look(colour=black)).text == "Black."

    def test_the_order_of_tags_does_not_matter(self) -> None:
        tags = [tag("character", "fox"), tag("character", "owl"), tag("scene", "forest")]
        assert caption(tags) == caption(tags[::-1])


def film(*shots: tuple[str, tuple[Swatch, ...]], length: int = 72) -> list[ShotRecord]:
    """Shots of three seconds, each with the label of its setting, if any, and its palette."""
    records = report((length,) * len(shots)).shots
    return [
        replace(
            record,
            shot=replace(record.shot, transition="cut" if record.shot.index else "start"),
            tags=(tag("scene", setting), tag("character", "fox")) if setting else (),
            look=Look(colour=light(palette)),
        )
        for record, (setting, palette) in zip(records, shots, strict=True)
    ]


class TestScenes:
    def test_shots_of_one_place_are_a_scene(self) -> None:
        found = scenes(film(*[("hill", NIGHT)] * 3, *[("meadow", DAY)] * 2))
        assert [(scene.first_shot, scene.end_shot) for scene in found] == [(0, 3), (3, 5)]
        assert [scene.setting for scene in found] == ["hill", "meadow"]
        assert found[0].cast == ("fox",)
        assert found[1].start_s == pytest.approx(9)

    def test_shots_that_alternate_stay_together(self) -> None:
        found = scenes(film(("", NIGHT), ("", DAY), ("", NIGHT), ("", DAY)))
        assert len(found) == 1

    def test_a_return_after_a_long_time_is_a_new_scene(self) -> None:
        found = scenes(film(("", NIGHT), *[("", DAY)] * 5, ("", NIGHT), length=24 * 10))
        assert len(found) == 3

    def test_a_stray_shot_joins_the_scene_around_it(self) -> None:
        dusk = (Swatch("#405070", "slate", 0.7), Swatch("#f0e8c0", "cream", 0.3))
        found = scenes(film(*[("", NIGHT)] * 4, ("", dusk), *[("", DAY)] * 4, length=96))
        assert [(scene.first_shot, scene.end_shot) for scene in found] == [(0, 5), (5, 9)]

    def test_a_short_scene_in_a_known_place_is_no_stray(self) -> None:
        found = scenes(film(*[("hill", NIGHT)] * 4, ("cave", NIGHT), *[("meadow", DAY)] * 4))
        assert [scene.setting for scene in found] == ["hill", "cave", "meadow"]

    def test_they_cover_the_film(self) -> None:
        found = scenes(film(*[("", NIGHT), ("", NIGHT), ("", DAY)] * 20))
        assert found[0].first_shot == 0
        assert found[-1].end_shot == 60
        assert all(a.end_shot == b.first_shot for a, b in pairwise(found))

    def test_no_shot_no_scene_and_one_shot_one(self) -> None:
        assert scenes([]) == ()
        assert len(scenes(film(("", NIGHT)))) == 1

    def test_shots_of_which_nothing_is_known_are_scenes_of_their_own(self) -> None:
        bare = [replace(record, look=None, tags=()) for record in film(*[("", DAY)] * 3)]
        assert len(scenes(bare)) == 3


class TestSynopsis:
    def test_cast_and_settings_by_screen_time(self) -> None:
        tags = [
            FilmTag("character", "owl", 0.9, 2, 10.0, 0.1),
            FilmTag("character", "fox", 0.9, 4, 40.0, 0.4),
            FilmTag("character", "snail", 0.9, 1, 1.0, 0.01),
            FilmTag("scene", "forest", 0.9, 4, 50.0, 0.5),
        ]
        assert synopsis(tags, None, shots=25, duration_s=100) == (
            "A film of 1 minute 40 seconds in 25 shots, with the fox (40% of the time) "
            "and the owl (10% of the time). It plays in the forest."
        )

    def test_the_look_in_a_sentence(self) -> None:
        records = film(("hill", NIGHT), ("hill", NIGHT), ("meadow", DAY))
        look = film_look(records, barcode=(), config=LookConfig())
        assert synopsis([], look, shots=3, duration_s=9) == (
            "A film of 9 seconds in three shots. It looks dark and cool in navy blue, cream, green "
            "and pale blue, and a shot lasts 3.0 seconds on average."
        )

    def test_nothing_known(self) -> None:
        assert synopsis([], None, shots=1, duration_s=1) == "A film of 1 second in one shot."
        assert synopsis([], None, shots=2, duration_s=720.4) == "A film of 12 minutes in two shots."
