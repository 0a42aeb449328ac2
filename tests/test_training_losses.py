"""What training makes small."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from framesense.errors import UsageError  # noqa: E402
from framesense.training import losses  # noqa: E402

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, -3.0]])
TARGET = torch.tensor([0, 1])


def test_balanced_weights_favour_the_rare_class_and_average_one() -> None:
    weights = losses.balanced_weights(torch.tensor([5, 50, 500]))
    assert weights[0] > weights[1] > weights[2]
    assert weights.mean().item() == pytest.approx(1.0)


def test_smoothing_keeps_a_sure_answer_from_being_free() -> None:
    sure = torch.tensor([[30.0, 0.0, 0.0]])
    first = torch.tensor([0])
    assert losses.cross_entropy(sure, first, smoothing=0.0).item() == pytest.approx(0.0)
    assert losses.cross_entropy(sure, first, smoothing=0.1).item() > 1


def test_focal_without_focus_is_cross_entropy_and_with_it_is_less() -> None:
    plain = losses.cross_entropy(LOGITS, TARGET, smoothing=0.0)
    assert losses.focal(LOGITS, TARGET, gamma=0.0).item() == pytest.approx(plain.item())
    assert losses.focal(LOGITS, TARGET).item() < plain.item()


def test_asymmetric_is_binary_cross_entropy_without_focus_and_margin() -> None:
    several = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(LOGITS, several)
    same = losses.asymmetric(LOGITS, several, gamma=0.0, margin=0.0)
    assert same.item() == pytest.approx(plain.item(), rel=1e-5)


def test_asymmetric_is_finite_for_answers_that_are_sure_and_wrong() -> None:
    wrong = torch.tensor([[200.0, -200.0]], requires_grad=True)
    loss = losses.asymmetric(wrong, torch.tensor([[0.0, 1.0]]))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(wrong.grad).all()


SEVERAL = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]])


def test_focal_without_focus_is_binary_cross_entropy_for_several_labels() -> None:
    plain = losses.binary_cross_entropy(LOGITS, SEVERAL, smoothing=0.0)
    assert losses.focal(LOGITS, SEVERAL, gamma=0.0).item() == pytest.approx(plain.item())
    assert losses.focal(LOGITS, SEVERAL).item() < plain.item()


@pytest.mark.parametrize("name", ["smooth", "balanced", "focal", "asymmetric"])
def test_each_loss_for_several_labels_is_its_own(name: str) -> None:
    counts = torch.tensor([1.0, 5.0, 50.0])
    others = {"smooth", "balanced", "focal", "asymmetric"} - {name}
    value = losses.chosen(name, counts, several=True, smoothing=0.1)(LOGITS, SEVERAL).item()
    for other in others:
        loss = losses.chosen(other, counts, several=True, smoothing=0.1)
        assert loss(LOGITS, SEVERAL).item() != pytest.approx(value)


def test_asymmetric_is_refused_for_one_label() -> None:
    with pytest.raises(UsageError, match="--loss asymmetric is for pictures with several labels"):
        losses.chosen("asymmetric", torch.tensor([1, 2]), several=False, smoothing=0.1)
