"""From `train-classifier` to a classifier that names pictures."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

torch = pytest.importorskip("torch")

from framesense.cli import training_files  # noqa: E402
from framesense.cli.train_classifier import train_classifier  # noqa: E402
from framesense.errors import DeviceError, InputError, OutputError, UsageError  # noqa: E402
from framesense.training.pictures import read_image, square  # noqa: E402
from framesense.vision.backbones import check_side, make_backbone, pretrained  # noqa: E402
from framesense.vision.checkpoint import Card, load_checkpoint, save_checkpoint  # noqa: E402
from framesense.vision.cnn_classifier import CnnClassifier  # noqa: E402
from framesense.vision.embedder import Embedder  # noqa: E402
from tests.test_training_backbones import Touches  # noqa: E402
from tests.training_pictures import (  # noqa: E402
    Tiny,
    drawn,
    published,
    random_lite0,
    write_classes,
)

NAME = "efficientnet-lite0"
CARD = Card("character", ("fox", "wolf"), False, NAME, "Apache-2.0", 64, 1.0, 0.0, "00")


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Converting a network takes seconds: it is done once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FRAMESENSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, CARD, random_lite0(2).state_dict())
    return path


@pytest.fixture
def model(checkpoint: Path) -> CnnClassifier:
    return CnnClassifier(checkpoint, device="cpu", batch=2)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command makes of two classes of drawings."""
    folder = tmp_path_factory.mktemp("made")
    data = write_classes(folder / "data", ["fox", "wolf"], 12)
    torch.save(published(random_lite0(1000)), folder / "random.pth")
    (data / "fox" / "frame 3.png").write_bytes(b"torn")
    run(folder, data, "-o", folder / "out", "--folds", 2, "--kind", "scene")
    return folder


def run(folder: Path, *words: object) -> str:
    app = typer.Typer()
    app.command()(train_classifier)
    small = ("--epochs", 1, "--side", 32, "-q", "--weights", folder / "random.pth")
    result = CliRunner().invoke(app, [str(word) for word in (*words, *small)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


class TestCommand:
    def test_it_makes_a_classifier_its_measures_and_its_plots(self, made: Path) -> None:
        names = {path.name for path in (made / "out").iterdir()} - {"mistakes.png"}
        plots = {"confusion.png", "learning.png", "precision_recall.png", "calibration.png"}
        model = {f"classifier.{form}" for form in ("safetensors", "onnx", "xml", "bin")}
        assert names == plots | model | {"metrics.json"}
        metrics = json.loads((made / "out" / "metrics.json").read_text())
        assert len(metrics["parts"]) == 2
        assert 0 <= metrics["validation"]["calibration_error"] <= 1
        assert "frame 3.png" in metrics["notes"][0]

    def test_the_file_says_what_made_it(self, made: Path) -> None:
        card, _ = load_checkpoint(made / "out" / "classifier.safetensors")
        assert (card.kind, card.labels, card.side) == ("scene", ("fox", "wolf"), 32)
        assert card.licence == "Apache-2.0, trained on ImageNet"
        assert len(card.data_sha256) == 64
        assert card.config["epochs"] == 1
        assert "accuracy" in card.metrics

    def test_its_classifier_names_the_drawings(self, made: Path) -> None:
        model = CnnClassifier(made / "out" / "classifier.safetensors", device="cpu")
        images = [read_image(path) for path in sorted((made / "data" / "wolf").iterdir())]
        answers = [answer[0] for answer in model.classify(images) if answer]
        assert len(answers) > 6
        assert {answer.label for answer in answers} == {"wolf"}
        assert {answer.kind for answer in answers} == {"scene"}

    def test_onnx_and_openvino_answer_as_torch_does(self, made: Path) -> None:
        import onnxruntime
        import openvino

        card, weights = load_checkpoint(made / "out" / "classifier.safetensors")
        network = make_backbone(NAME, classes=2)
        network.load_trained(weights)
        squares = np.stack([square(image, card.side) for image in drawn(2, 3)[0]])
        with torch.inference_mode():
            seen = network.eval().features(network.prepared(torch.from_numpy(squares)))
            wanted = {"logits": network.head(seen).numpy(), "features": seen.numpy()}
        session = onnxruntime.InferenceSession(made / "out" / "classifier.onnx")
        by_onnx = session.run(list(wanted), {"pixels": squares})
        exact = {"INFERENCE_PRECISION_HINT": "f32"}
        by_openvino = openvino.compile_model(made / "out" / "classifier.xml", "CPU", exact)(squares)
        for (name, values), answer in zip(wanted.items(), by_onnx, strict=True):
            assert np.abs(answer - values).max() < 1e-3
            assert np.abs(by_openvino[name] - values).max() < 1e-3

    def test_a_full_disk_ends_it_and_the_last_classifier_stays(
        self, made: Path, tmp_path: Path, limited_file_size: None
    ) -> None:
        (tmp_path / "classifier.safetensors").write_bytes(b"the last good one")
        with pytest.raises(OutputError, match="free some space"):
            run(made, made / "data", "-o", tmp_path)
        assert (tmp_path / "classifier.safetensors").read_bytes() == b"the last good one"

    def test_a_place_that_cannot_be_written_is_an_error(self, made: Path) -> None:
        with pytest.raises(OutputError, match="cannot be written"):
            run(made, made / "data", "-o", made / "random.pth")

    def test_a_loss_for_several_labels_is_refused_for_one(self, made: Path, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--loss asymmetric"):
            run(made, made / "data", "-o", tmp_path, "--loss", "asymmetric")

    def test_strangers_need_three_classes(self, made: Path, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--strangers needs three classes"):
            run(made, made / "data", "-o", tmp_path, "--strangers")

    def test_semi_without_pictures_is_refused(self, made: Path) -> None:
        with pytest.raises(UsageError, match="--semi and --unlabeled go together"):
            run(made, made / "data", "-o", made / "no", "--semi", "pure")

    @pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
    def test_a_gpu_asked_for_and_absent_is_an_error(self, made: Path) -> None:
        with pytest.raises(DeviceError, match="cuda"):
            run(made, made / "data", "-o", made / "no", "--device", "cuda")

    def test_it_lends_its_eyes(self, made: Path) -> None:
        seen = Embedder(made / "out" / "classifier.safetensors", device="cpu").embed(drawn(2, 2)[0])
        assert seen.shape == (4, 1280)
        assert seen[0] @ seen[1] > seen[0] @ seen[2]

    def test_what_it_makes_cannot_lie_among_the_pictures(self, made: Path) -> None:
        with pytest.raises(UsageError, match="lies among the pictures"):
            run(made, made / "data", "-o", made / "data" / "classifier")

    def test_too_few_pictures_for_the_folds_are_told_before_training(
        self, made: Path, tmp_path: Path
    ) -> None:
        data = write_classes(tmp_path / "data", ["fox", "wolf"], 2)
        with pytest.raises(InputError, match="class fox has 1 usable pictures, 2 are needed"):
            run(made, data, "-o", tmp_path / "out", "--folds", 2)
        assert not (tmp_path / "out" / "classifier.safetensors").exists()

    def test_what_an_earlier_training_left_does_not_stay_beside_a_new_classifier(
        self, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OutputError("full")

        for name in ("classifier.onnx", "metrics.json", "confusion.png", "mine.png"):
            (tmp_path / name).write_bytes(b"earlier")
        monkeypatch.setattr(training_files, "save_onnx", full)
        with pytest.raises(OutputError, match="full"):
            run(made, made / "data", "-o", tmp_path)
        left = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
        assert left == {"classifier.safetensors", "mine.png"}

    def test_one_picture_a_class_is_an_error(self, made: Path, tmp_path: Path) -> None:
        data = write_classes(tmp_path / "data", ["fox", "wolf"], 1)
        with pytest.raises(InputError, match="class fox has 1 usable pictures"):
            run(made, data, "-o", tmp_path / "out")


class TestClassifier:
    def test_it_answers_as_torch_does(self, checkpoint: Path, model: CnnClassifier) -> None:
        images, _ = drawn(2, 3)
        images.append(np.full((1, 1, 3), 200, np.uint8))
        network = make_backbone(NAME, classes=2)
        network.load_state_dict(load_checkpoint(checkpoint)[1])
        pixels = torch.from_numpy(np.stack([square(image, 64) for image in images]))
        with torch.inference_mode():
            wanted = network.eval()(network.prepared(pixels)).numpy()
            seen = network.features(network.prepared(pixels)).numpy()
        logits, features = model.answers(images)
        assert np.abs(logits - wanted).max() < 1e-3
        assert np.abs(features - seen).max() < 1e-3
        probabilities, embeddings = model.recognise(images)
        assert np.abs(probabilities.sum(1) - 1).max() < 1e-6
        assert np.abs(np.linalg.norm(embeddings, axis=1) - 1).max() < 1e-6

    def test_one_list_for_each_image_and_none_for_none(self, model: CnnClassifier) -> None:
        images, _ = drawn(2, 2)
        assert [len(answer) for answer in model.classify(images)] == [1] * 4
        assert model.classify([]) == []

    def test_a_stranger_is_not_named(self, model: CnnClassifier) -> None:
        model.card = replace(CARD, threshold=0.9, temperature=1e6)
        assert model.classify(drawn(1, 1)[0]) == [[]]

    def test_several_labels_may_all_be_named(self, model: CnnClassifier) -> None:
        model.card = replace(CARD, several=True)
        (answer,) = model.classify(drawn(1, 1)[0])
        assert {named.label for named in answer} == {"fox", "wolf"}
        assert answer[0].score >= answer[1].score


class TestCheckpoint:
    def test_a_foreign_pickle_is_refused_and_not_executed(self, tmp_path: Path) -> None:
        path = tmp_path / "foreign.safetensors"
        path.write_bytes(pickle.dumps(Touches(tmp_path / "executed")))
        with pytest.raises(InputError, match="not a classifier"):
            CnnClassifier(path)
        assert not (tmp_path / "executed").exists()

    def test_a_checkpoint_of_another_kind_is_refused(self, tmp_path: Path) -> None:
        from safetensors.torch import save_file

        save_file({"a": torch.zeros(1)}, tmp_path / "other.safetensors")
        with pytest.raises(InputError, match="of another kind"):
            load_checkpoint(tmp_path / "other.safetensors")

    def test_a_torn_or_missing_file_is_refused(self, checkpoint: Path, tmp_path: Path) -> None:
        torn = tmp_path / "torn.safetensors"
        torn.write_bytes(checkpoint.read_bytes()[:-100])
        for path in (torn, tmp_path / "missing.safetensors"):
            with pytest.raises(InputError, match=path.name):
                load_checkpoint(path)

    @pytest.mark.parametrize(
        "changed", [{"side": 0}, {"temperature": 0.0}, {"threshold": 2.0}, {"backbone": "resnet0"}]
    )
    def test_a_card_that_cannot_be_is_refused(
        self, tmp_path: Path, changed: dict[str, object]
    ) -> None:
        path = tmp_path / "odd.safetensors"
        save_checkpoint(path, replace(CARD, **changed), random_lite0(2).state_dict())  # type: ignore[arg-type]
        with pytest.raises(InputError, match=r"odd\.safetensors"):
            CnnClassifier(path, device="cpu").recognise(drawn(2, 1)[0])

    def test_the_same_classifier_gives_the_same_bytes(self, tmp_path: Path) -> None:
        weights = random_lite0(2).state_dict()
        for name in "abcd":
            save_checkpoint(tmp_path / name, CARD, weights)
        assert len({(tmp_path / name).read_bytes() for name in "abcd"}) == 1

    def test_eight_bits_take_half_the_room_and_answer_much_the_same(self, tmp_path: Path) -> None:
        images, _ = drawn(2, 4)
        answers, sizes = [], []
        for bits in (16, 8):
            path = tmp_path / f"{bits}.safetensors"
            save_checkpoint(path, CARD, random_lite0(2).state_dict(), bits=bits)  # type: ignore[arg-type]
            answers.append(CnnClassifier(path, device="cpu").recognise(images)[0])
            sizes.append(path.stat().st_size)
        assert sizes[1] < 0.6 * sizes[0]
        assert np.abs(answers[0] - answers[1]).max() < 0.05

    def test_a_full_disk_keeps_the_last_good_one(
        self, checkpoint: Path, limited_file_size: None
    ) -> None:
        before = checkpoint.read_bytes()
        with pytest.raises(OutputError, match="free some space"):
            save_checkpoint(checkpoint, CARD, random_lite0(2).state_dict())
        assert checkpoint.read_bytes() == before


def test_embeddings_have_length_one_and_like_pictures_lie_close(checkpoint: Path) -> None:
    images, _ = drawn(2, 2)
    seen = Embedder(checkpoint, device="cpu").embed(images)
    assert seen.shape == (4, 1280)
    assert seen.dtype == np.float32
    assert np.linalg.norm(seen, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert seen[0] @ seen[1] > seen[0] @ seen[2]
    assert Embedder(checkpoint, device="cpu").embed([]).shape == (0, 1280)


@pytest.mark.parametrize("name", ["mobilenet_v3_small", "resnet18", "squeezenet1_1"])
def test_a_classifier_of_torchvision_can_be_the_backbone(tmp_path: Path, name: str) -> None:
    from torchvision.models import get_model

    torch.save(get_model(name, weights=None).state_dict(), tmp_path / "w.pth")
    network = pretrained(f"torchvision:{name}", classes=3, weights=tmp_path / "w.pth").eval()
    pixels = torch.zeros(2, 64, 64, 3, dtype=torch.uint8)
    with torch.inference_mode():
        assert network(network.prepared(pixels)).shape == (2, 3)


def test_a_side_that_a_network_cannot_see_is_refused() -> None:
    check_side(Tiny(2), "tiny", 32)
    with pytest.raises(UsageError, match="tiny cannot see 3 px"):
        check_side(Tiny(2), "tiny", 3)


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(UsageError, match="try torchvision:resnet18"):
        make_backbone("torchvision:resnet81", classes=2)
    with pytest.raises(UsageError, match="known: efficientnet-lite0"):
        make_backbone("vgg", classes=2)
