"""The network that classifiers are trained from."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from framesense.errors import AssetError  # noqa: E402
from framesense.vision.backbones import (  # noqa: E402
    FEATURES,
    EfficientNetLite0,
    SamePadded,
    pretrained_lite0,
)


class Touches:
    """A pickle that writes a file when it is executed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def as_published(network: EfficientNetLite0) -> dict[str, torch.Tensor]:
    """Weights in the order, and with names like those, of the published file."""
    state = network.state_dict()
    return {f"_fc.{k}" if k.startswith("head.") else f"_{k}": v for k, v in state.items()}


@pytest.mark.parametrize(("height", "width"), [(64, 64), (33, 90), (1, 1)])
def test_a_picture_of_any_size_becomes_1280_features(height: int, width: int) -> None:
    network = EfficientNetLite0(classes=3).eval()
    with torch.inference_mode():
        picture = torch.zeros(2, 3, height, width)
        assert network.features(picture).shape == (2, FEATURES)
        assert network(picture).shape == (2, 3)


def test_odd_padding_goes_right_and_below() -> None:
    layer = SamePadded(1, 1, 3, stride=2, bias=False)
    torch.nn.init.ones_(layer.weight)
    sums = layer(torch.ones(1, 1, 4, 4))[0, 0]
    assert sums.tolist() == [[9, 6], [6, 4]]


def test_features_are_loaded_and_the_head_is_fresh(tmp_path: Path) -> None:
    source = EfficientNetLite0(classes=1000).eval()
    torch.save(as_published(source), tmp_path / "a.pth")
    loaded = pretrained_lite0(tmp_path / "a.pth", classes=2).eval()
    picture = torch.randn(1, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(loaded.features(picture), source.features(picture))
        assert loaded(picture).shape == (1, 2)


def test_a_foreign_pickle_is_refused_and_not_executed(tmp_path: Path) -> None:
    path = tmp_path / "foreign.pth"
    path.write_bytes(pickle.dumps({"_conv_stem.weight": Touches(tmp_path / "executed")}))
    with pytest.raises(AssetError, match=r"no weights of .*more than weights"):
        pretrained_lite0(path, classes=2)
    assert not (tmp_path / "executed").exists()


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.zeros(2, 2)}, tmp_path / "other.pth")
    with pytest.raises(AssetError, match="no weights of"):
        pretrained_lite0(tmp_path / "other.pth", classes=2)
