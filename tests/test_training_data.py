"""Labelled pictures: how they are read, checked and split."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")

from framesense.errors import InputError
from framesense.records import Box
from framesense.training import checks, dataset, splits
from framesense.training.augment import augmented, joined
from framesense.training.pictures import read_image, square
from tests.training_pictures import drawn, write_classes


class TestPictures:
    @pytest.mark.parametrize(
        ("shape", "dtype"),
        [((8, 6), np.uint8), ((8, 6, 3), np.uint8), ((8, 6, 4), np.uint8), ((8, 6, 3), np.uint16)],
        ids=["grey", "colour", "transparent", "16 bits"],
    )
    def test_every_kind_becomes_8_bit_bgr(
        self, tmp_path: Path, shape: tuple[int, ...], dtype: type[np.generic]
    ) -> None:
        full = np.full(shape, np.iinfo(dtype).max, dtype)  # type: ignore[type-var]
        cv2.imwrite(str(tmp_path / "a.png"), full)
        image = read_image(tmp_path / "a.png")
        assert image.shape == (8, 6, 3)
        assert image.dtype == np.uint8
        assert image.min() == 255

    def test_what_is_transparent_is_white(self, tmp_path: Path) -> None:
        cv2.imwrite(str(tmp_path / "a.png"), np.zeros((4, 4, 4), np.uint8))
        assert read_image(tmp_path / "a.png").min() == 255

    def test_a_box_cuts_a_part_out_and_a_thin_one_keeps_a_pixel(self, tmp_path: Path) -> None:
        image = np.zeros((10, 20, 3), np.uint8)
        image[5:, 10:] = 200
        cv2.imwrite(str(tmp_path / "a.png"), image)
        assert read_image(tmp_path / "a.png", Box(0.5, 0.5, 1, 1)).shape == (5, 10, 3)
        assert read_image(tmp_path / "a.png", Box(0.5, 0.5, 1, 1)).min() == 200
        assert read_image(tmp_path / "a.png", Box(1, 1, 1, 1)).shape == (1, 1, 3)

    @pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n torn", b"text"])
    def test_what_is_no_picture_is_named(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "bad.png").write_bytes(data)
        with pytest.raises(InputError, match=r"bad\.png"):
            read_image(tmp_path / "bad.png")

    def test_levels_of_an_unknown_range_and_impossible_names_are_refused(
        self, tmp_path: Path
    ) -> None:
        cv2.imwrite(str(tmp_path / "a.tif"), np.full((4, 4), 70_000, np.int32))
        with pytest.raises(InputError, match="levels are int32; save it with 8 or 16 bits"):
            read_image(tmp_path / "a.tif")
        with pytest.raises(InputError, match="cannot be read"):
            read_image(tmp_path / "a\0.png")

    def test_a_crop_of_one_pixel_can_be_seen_and_changed(self) -> None:
        pixel = np.full((1, 1, 3), 90, np.uint8)
        assert square(pixel, 32).shape == (32, 32, 3)
        assert augmented(square(pixel, 40), 32, np.random.default_rng(0)).shape == (32, 32, 3)

    def test_a_weak_view_keeps_the_colours_and_a_strong_one_differs(self) -> None:
        grey = np.full((40, 40, 3), 90, np.uint8)
        assert np.unique(augmented(grey, 32, np.random.default_rng(0), weak=True)).tolist() == [90]
        strong = [augmented(grey, 32, np.random.default_rng(seed)) for seed in range(5)]
        assert any((view != 90).any() for view in strong)

    def test_two_pictures_joined_fill_the_square_and_both_can_be_seen(self) -> None:
        dark, light = np.full((32, 32, 3), 20, np.uint8), np.full((32, 32, 3), 220, np.uint8)
        for seed in range(8):
            view = joined(dark, light, np.random.default_rng(seed))
            assert view.shape == (32, 32, 3)
            assert 0.3 < (view == 220).mean() < 0.7
            assert ((view == 20) | (view == 220)).all()


class TestReading:
    def test_a_folder_for_each_class_in_the_order_of_numbers(self, tmp_path: Path) -> None:
        data = dataset.read(write_classes(tmp_path / "data", ["wolf", "fox"], 12))
        assert data.labels == ("fox", "wolf")
        assert not data.several
        assert [item.path.name for item in data.items[:11]] == [f"frame {n}.png" for n in range(11)]
        assert data.targets().tolist() == [0] * 12 + [1] * 12

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_a_table_may_give_several_labels_and_boxes(self, tmp_path: Path, kind: str) -> None:
        rows = [
            {"image": "a.png", "labels": "fox; wolf", "x1": 0, "y1": 0.5, "x2": 1, "y2": 1},
            {"image": "b.png", "labels": "", "x1": None, "y1": None, "x2": None, "y2": None},
        ]
        table = tmp_path / f"labels.{kind}"
        if kind == "json":
            table.write_text(json.dumps(rows))
        else:
            table.write_text("image,labels,x1,y1,x2,y2\na.png,fox; wolf,0,0.5,1,1\nb.png,,,,,\n")
        data = dataset.read(table)
        assert data.several
        assert data.targets().tolist() == [[1, 1], [0, 0]]
        assert data.items[0].box == Box(0, 0.5, 1, 1)
        assert data.items[1].box is None
        assert data.items[0].path == tmp_path / "a.png"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "image\na.png\n",
            "image,labels,x1,y1,x2,y2\na.png,fox,0,0,2,1\n",
            "image,labels,x1,y1,x2,y2\na.png,fox,0,,1,1\n",
            "\xff",
        ],
    )
    def test_a_table_that_cannot_be_used_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "t.csv").write_bytes(text.encode("latin-1"))
        with pytest.raises(InputError, match=r"t\.csv"):
            dataset.read(tmp_path / "t.csv")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            '{"image": 1}',
            "[1]",
            '[{"image": "a.png"}]',
            pytest.param("[" * 100_000, id="deep"),
        ],
    )
    def test_json_that_is_no_table_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "t.json").write_text(text)
        with pytest.raises(InputError, match=r"t\.json"):
            dataset.read(tmp_path / "t.json")

    def test_no_class_and_one_class_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(InputError, match="no classes"):
            dataset.read(tmp_path / "empty")
        with pytest.raises(InputError, match="1 class;"):
            dataset.read(write_classes(tmp_path / "one", ["fox"], 2))

    def test_a_folder_nobody_shows_none_of_the_classes(self, tmp_path: Path) -> None:
        data = dataset.read(write_classes(tmp_path, ["fox", "nobody", "wolf"], 2))
        assert (data.labels, data.several) == (("fox", "wolf"), True)
        assert [item.labels for item in data.items if item.path.parent.name == "nobody"] == [(), ()]

    def test_snapshots_of_a_film_come_in_its_order(self, tmp_path: Path) -> None:
        for name, folder in ((1, "wolf"), (2, "fox"), (10, "wolf")):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"shot-{name:04}-frame-000100-1.jpg").touch()
        found = [item.labels[0] for item in dataset.read(tmp_path).items]
        assert found == ["wolf", "fox", "wolf"]

    def test_a_kind_chooses_its_half_of_what_discover_made(self, tmp_path: Path) -> None:
        write_classes(tmp_path / "characters", ["fox", "wolf", "group-03"], 2)
        write_classes(tmp_path / "settings", ["sky", "wood"], 2)
        (tmp_path / "characters" / "fox.png").write_bytes(b"contact sheet")
        data = dataset.read(tmp_path, kind="character")
        assert data.labels == ("fox", "wolf")
        assert len(data.items) == 4
        assert data.unnamed == (tmp_path / "characters/group-03",)
        assert dataset.read(tmp_path, kind="scene").labels == ("sky", "wood")
        finding = str(checks.readable(data).findings[0])
        assert "groups without a name are left out" in finding
        assert "group-03" in finding

    def test_a_label_edited_in_the_table_of_discover_counts_more_than_the_folder(
        self, tmp_path: Path
    ) -> None:
        write_classes(tmp_path / "0", ["any"], 1)
        groups = tmp_path / "characters"
        for name, folder in (("shot-1.jpg", "fox"), ("shot-2.jpg", "wolf"), ("shot-3.jpg", "wolf")):
            (groups / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(tmp_path / "0/any/frame 0.png", groups / folder / name)
        (tmp_path / "characters.csv").write_text(
            "image,labels\n"
            "characters/group-01/shot-1.jpg,group-01\n"  # its folder was renamed since
            "characters/wolf/shot-2.jpg,fox;wolf\n"
            "characters/wolf/shot-3.jpg,wolf\n"
        )
        data = dataset.read(tmp_path, kind="character")
        assert [item.labels for item in data.items] == [("fox",), ("fox", "wolf"), ("wolf",)]

    def test_a_group_moved_into_another_has_the_name_of_that(self, tmp_path: Path) -> None:
        write_classes(tmp_path / "characters", ["fox", "owl"], 2)
        inner = tmp_path / "characters" / "owl" / "group-02"
        shutil.copytree(tmp_path / "characters" / "fox", inner)
        (inner / "frame 0.png").rename(inner / "shot-1.png")
        (tmp_path / "characters.csv").write_text(
            "image,labels\ncharacters/fox/group-02/shot-1.png,fox\n"
        )
        data = dataset.read(tmp_path, kind="character")
        assert {i.labels for i in data.items if i.path.parent == inner} == {("owl",)}

    def test_a_kind_of_ones_own_must_say_which_half_is_meant(self, tmp_path: Path) -> None:
        write_classes(tmp_path / "characters", ["fox", "owl"], 2)
        (tmp_path / "characters.csv").write_text("image,labels\n")
        with pytest.raises(InputError, match=r"which of characters is prop\?; name one of these"):
            dataset.read(tmp_path, kind="prop")
        assert dataset.read(tmp_path / "characters", kind="prop").labels == ("fox", "owl")

    def test_nobody_in_a_table_is_no_class(self, tmp_path: Path) -> None:
        write_classes(tmp_path, ["characters"], 3)
        table = tmp_path / "labels.csv"
        names = [f"characters/frame {i}.png" for i in range(3)]
        table.write_text(
            "image,labels\n"
            + "".join(f"{n},{x}\n" for n, x in zip(names, ["fox", "owl", "nobody"], strict=True))
        )
        data = dataset.read(table)
        assert data.labels == ("fox", "owl")
        assert data.several
        assert data.items[2].labels == ()

    def test_each_half_may_have_a_table_of_its_own(self, tmp_path: Path) -> None:
        for half, names in (("characters", ("fox", "owl")), ("settings", ("sky", "wood"))):
            write_classes(tmp_path / half, ["group-01"], 2)
            rows = [f"group-01/frame {i}.png,{name}\n" for i, name in enumerate(names)]
            (tmp_path / half / "labels.csv").write_text("image,labels\n" + "".join(rows))
        assert dataset.read(tmp_path, kind="character").labels == ("fox", "owl")
        assert dataset.read(tmp_path, kind="scene").labels == ("sky", "wood")

    def test_a_table_of_discover_is_found_beside_a_linked_or_renamed_half(
        self, tmp_path: Path
    ) -> None:
        write_classes(tmp_path / "elsewhere", ["group-01"], 2)
        (tmp_path / "heroes").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "heroes.csv").write_text(
            "image,labels\ncharacters/group-01/frame 0.png,fox\n"
            "characters/group-01/frame 1.png,owl\n"
        )
        assert dataset.read(tmp_path / "heroes", kind="character").labels == ("fox", "owl")

    def test_a_table_of_ones_own_names_what_discover_found(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_classes(tmp_path / "characters", ["group-01"], 2)
        write_classes(tmp_path / "settings", ["group-01"], 1)
        (tmp_path / "labels.csv").write_text(
            "image,labels\ncharacters/group-01/frame 0.png,fox\n"
            "characters/group-01/frame 1.png,owl\nsettings/group-01/frame 0.png,sky\n"
        )
        assert dataset.read(tmp_path, kind="character").labels == ("fox", "owl")
        text = (tmp_path / "labels.csv").read_text()
        (tmp_path / "labels.csv").write_text(text.replace("\nch", f"\n{tmp_path}/ch"))
        monkeypatch.chdir(tmp_path.parent)
        assert dataset.read(Path(tmp_path.name), kind="character").labels == ("fox", "owl")

    def test_here_is_a_folder_and_a_table_beside_it_is_another_matter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_classes(tmp_path / "data", ["fox", "owl"], 2)
        (tmp_path / "data.csv").write_text("year,budget\n1999,3\n")
        monkeypatch.chdir(tmp_path / "data")
        assert dataset.read(Path()).labels == ("fox", "owl")

    def test_groups_without_names_are_no_classes(self, tmp_path: Path) -> None:
        write_classes(tmp_path / "characters", ["fox", "group-01", "group-02"], 2)
        with pytest.raises(InputError, match="1 class, 2 groups without a name; name at least two"):
            dataset.read(tmp_path, kind="character")

    def test_the_fingerprint_changes_with_a_label(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["fox", "wolf"], 2)
        before = dataset.read(folder).fingerprint()
        assert dataset.read(folder).fingerprint() == before
        (folder / "fox" / "frame 1.png").rename(folder / "wolf" / "frame 9.png")
        assert dataset.read(folder).fingerprint() != before


class TestChecks:
    def test_a_corrupt_picture_is_left_out_and_named(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["fox", "wolf"], 12)
        (folder / "fox" / "frame 3.png").write_bytes(b"torn")
        ready = checks.readable(dataset.read(folder))
        assert len(ready.images) == len(ready.data.items) == 23
        (finding,) = ready.findings
        assert "unreadable" in str(finding)
        assert "frame 3.png" in str(finding)

    def test_tiny_classes_are_named_with_their_files(self, tmp_path: Path) -> None:
        ready = checks.readable(dataset.read(write_classes(tmp_path / "data", ["fox", "wolf"], 3)))
        assert ["class fox is tiny" in str(ready.findings[0]), len(ready.findings)] == [True, 2]
        assert "frame 2.png" in str(ready.findings[0])

    def test_an_empty_class_is_refused(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["fox", "wolf"], 3)
        (folder / "owl").mkdir()
        with pytest.raises(InputError, match="class owl has no usable picture;"):
            checks.readable(dataset.read(folder))
        (folder / "owl" / "torn.png").write_bytes(b"")
        with pytest.raises(InputError, match=r"class owl has no usable picture: .*torn\.png"):
            checks.readable(dataset.read(folder))

    def test_labels_that_differ_only_in_case_are_refused(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["Fox", "fox"], 3)
        with pytest.raises(InputError, match="Fox and fox differ only in case"):
            checks.readable(dataset.read(folder))

    def test_a_picture_stored_twice_is_found_by_its_looks(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["fox", "wolf"], 3)
        shutil.copy(folder / "fox" / "frame 0.png", folder / "wolf" / "frame 8.png")
        image = cv2.imread(str(folder / "fox" / "frame 0.png"))
        cv2.imwrite(str(folder / "wolf" / "frame 9.jpg"), cv2.resize(image, None, fx=0.8, fy=0.8))
        ready = checks.readable(dataset.read(folder))
        hashed = checks.hashes(ready.images)
        wolf = np.arange(3, 8)
        assert 0 in checks.leaked(hashed, np.arange(3), wolf[-2:])
        assert not len(checks.leaked(hashed, np.arange(3), wolf[:3]))

    def test_what_shows_again_does_not_train_unless_a_class_had_nothing_else(
        self, tmp_path: Path
    ) -> None:
        folder = write_classes(tmp_path / "data", ["fox", "wolf"], 2)
        shutil.copy(folder / "fox" / "frame 0.png", folder / "wolf" / "frame 8.png")
        ready = checks.readable(dataset.read(folder))
        hashed = np.eye(5, 64, dtype=bool).repeat(1, axis=0)
        hashed[:, 10:] = np.random.default_rng(0).random((5, 54)) < 0.5
        hashed[4] = hashed[0]  # fox 0 is wolf 8
        apart = checks.keep_apart(ready.data, hashed, np.array([0, 1, 2]), np.array([3, 4]))
        assert apart.rows.tolist() == [1, 2]
        assert "frame 0.png" in str(apart.finding)
        apart = checks.keep_apart(ready.data, hashed, np.array([0, 2]), np.array([3, 4]))
        assert apart.rows.tolist() == [0, 2]
        assert "flatter" in str(apart.finding)


class TestSplits:
    def test_folds_are_contiguous_within_a_class_and_hold_each_picture_out_once(
        self, tmp_path: Path
    ) -> None:
        data = dataset.read(write_classes(tmp_path / "data", ["fox", "wolf"], 11))
        parts = splits.folds(data, 3)
        assert sorted(np.concatenate([part.held_out for part in parts])) == list(range(22))
        for part in parts:
            assert not set(part.training) & set(part.held_out)
            for first, last in ((0, 11), (11, 22)):
                rows = part.held_out[(part.held_out >= first) & (part.held_out < last)]
                assert np.diff(rows).tolist() == [1] * (len(rows) - 1)
                assert len(rows) >= 3

    def test_the_last_of_each_class_are_held_out(self, tmp_path: Path) -> None:
        data = dataset.read(write_classes(tmp_path / "data", ["fox", "wolf"], 8))
        assert splits.last_share(data, 0.25).held_out.tolist() == [6, 7, 14, 15]

    def test_pictures_with_several_labels_are_cut_folder_by_folder(self, tmp_path: Path) -> None:
        write_classes(tmp_path, ["one film", "other film"], 4)
        table = tmp_path / "labels.csv"
        rows = [
            f"{film}/frame {n}.png,{'fox' if n % 2 else 'fox;wolf'}"
            for film in ("one film", "other film")
            for n in range(4)
        ]
        table.write_text("\n".join(["image,labels", *rows]))
        data = dataset.read(table)
        assert splits.last_share(data, 0.25).held_out.tolist() == [3, 7]
        assert splits.folds(data, 4)[0].held_out.tolist() == [0, 4]

    def test_pictures_of_one_name_in_two_folders_are_two(self, tmp_path: Path) -> None:
        write_classes(tmp_path / "characters", ["one", "two"], 8)
        rows = []
        for n in range(8):
            for film in ("one", "two"):
                old = tmp_path / "characters" / film / f"frame {n}.png"
                old.rename(old.with_name(f"shot-{n}-frame-{n}.png"))
            for film, label in (("one", "fox"), ("two", "fox"), ("one", "owl")):
                rows.append(f"characters/{film}/shot-{n}-frame-{n}.png,{label}\n")
        (tmp_path / "labels.csv").write_text("image,labels\n" + "".join(rows))
        data = dataset.read(tmp_path)
        held = np.concatenate([split.held_out for split in splits.folds(data, 4)])
        assert sorted(held.tolist()) == list(range(24))

    def test_parts_of_one_picture_stay_together(self, tmp_path: Path) -> None:
        write_classes(tmp_path, ["film"], 4)
        rows = [
            f"film/frame {n}.png,{label},{edge},0,{edge + 0.5},1\n"
            for n in range(4)
            for label, edge in (("fox", 0.0), ("owl", 0.5), ("fox;owl", 0.25))
        ]
        (tmp_path / "labels.csv").write_text("image,labels,x1,y1,x2,y2\n" + "".join(rows))
        data = dataset.read(tmp_path)
        for split in (splits.last_share(data, 0.4), *splits.folds(data, 2)):
            learnt, held = (
                {data.items[row].path for row in rows} for rows in (split.training, split.held_out)
            )
            assert len(learnt) == len(held) == 2
            assert not learnt & held

    def test_a_class_that_shows_only_at_the_end_is_refused(self, tmp_path: Path) -> None:
        write_classes(tmp_path, ["film"], 8)
        rows = [f"film/frame {n}.png,{'fox' if n < 7 else 'fox;wolf'}" for n in range(8)]
        (tmp_path / "labels.csv").write_text("\n".join(["image,labels", *rows]))
        with pytest.raises(InputError, match="class wolf are among those held out"):
            splits.last_share(dataset.read(tmp_path / "labels.csv"), 0.25)

    def test_one_picture_a_class_cannot_be_split(self, tmp_path: Path) -> None:
        data = dataset.read(write_classes(tmp_path / "data", ["fox", "wolf"], 1))
        with pytest.raises(InputError, match="class fox has 1 usable pictures, 2 are needed"):
            splits.last_share(data, 0.25)


def test_drawn_pictures_of_classes_differ() -> None:
    images, targets = drawn(2, 3)
    assert targets.tolist() == [0, 0, 0, 1, 1, 1]
    assert np.abs(images[0].astype(int) - images[3]).mean() > 10
