"""Training: it learns, repeats itself, and survives being killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
from torch.nn import Linear  # noqa: E402

from framesense.errors import InputError, OutputError, UsageError  # noqa: E402
from framesense.training.fitting import Pictures, fit  # noqa: E402
from framesense.training.loop import Epoch, Examples, predict, train  # noqa: E402
from framesense.training.settings import TrainConfig, settings  # noqa: E402
from framesense.vision.heads import NearestMean  # noqa: E402
from tests.training_pictures import Tiny, drawn  # noqa: E402

CONFIG = TrainConfig(side=32, batch=8, epochs=3, views=24, frozen=0.0, head_steps=50)


def examples(each: int = 12) -> tuple[Examples, Examples]:
    images, targets = drawn(3, each)
    return Examples.of(images, targets, side=32), Examples.of(images, targets, side=32)


def weights(network: Tiny) -> list[float]:
    return [float(tensor.sum()) for tensor in network.state_dict().values()]


def test_it_learns_to_tell_drawings_apart() -> None:
    training, validation = examples()
    network = Tiny(3)
    history = train(network, training, validation, replace(CONFIG, epochs=8))
    assert history[-1].validation_accuracy > 0.9
    assert history[-1].training_loss < history[0].training_loss


def test_without_epochs_only_the_head_is_trained() -> None:
    training, validation = examples()
    network, untouched = Tiny(3), Tiny(3)
    assert train(network, training, validation, replace(CONFIG, epochs=0)) == []
    assert torch.equal(network.body[0].weight, untouched.body[0].weight)
    assert not torch.equal(network.head.weight, untouched.head.weight)


def test_the_same_seed_gives_the_same_network_and_another_does_not() -> None:
    training, validation = examples()
    one, same, other = Tiny(3), Tiny(3), Tiny(3)
    for network, seed in ((one, 1), (same, 1), (other, 2)):
        train(network, training, validation, replace(CONFIG, seed=seed))
    assert weights(one) == weights(same)
    assert weights(one) != weights(other)


def test_a_fresh_head_is_drawn_from_the_seed_too() -> None:
    images, targets = drawn(3, 6)
    pictures = Pictures(images, targets)
    config = replace(CONFIG, epochs=1)
    one, same = (
        fit(lambda: Tiny(3, seed=None), pictures, pictures, config).network for _ in range(2)
    )
    assert weights(one) == weights(same)


def test_a_killed_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    training, validation = examples()
    whole, killed = Tiny(3), Tiny(3)
    wanted = train(whole, training, validation, CONFIG)

    def stop(epoch: Epoch) -> None:
        if epoch.number == 1:
            raise KeyboardInterrupt

    state = tmp_path / "state.pt"
    with pytest.raises(KeyboardInterrupt):
        train(killed, training, validation, CONFIG, state=state, on_epoch=stop)
    again = Tiny(3)
    seen: list[Epoch] = []
    history = train(again, training, validation, CONFIG, state=state, on_epoch=seen.append)
    assert [epoch.number for epoch in seen] == [2]
    assert history == wanted
    assert weights(again) == weights(whole)
    done = Tiny(3)  # one that ended is not trained again
    assert train(done, training, validation, CONFIG, state=state, on_epoch=stop) == wanted
    assert weights(done) == weights(whole)


@pytest.mark.parametrize("how", ["torn", "of other settings", "of other labels"])
def test_a_state_that_does_not_fit_is_refused(tmp_path: Path, how: str) -> None:
    training, validation = examples()

    def stop(epoch: Epoch) -> None:
        raise KeyboardInterrupt

    state = tmp_path / "state.pt"
    with pytest.raises(KeyboardInterrupt):
        train(Tiny(3), training, validation, CONFIG, state=state, on_epoch=stop)
    if how == "torn":
        state.write_bytes(state.read_bytes()[:1000])
    config = replace(CONFIG, seed=5) if how == "of other settings" else CONFIG
    if how == "of other labels":
        training = Examples(training.pixels, training.targets[::-1].copy())
    with pytest.raises(InputError, match="leave out --resume"):
        train(Tiny(3), training, validation, config, state=state)


def test_it_stops_when_validation_gets_no_better() -> None:
    training, validation = examples()
    wrong = Examples(validation.pixels, (validation.targets + 1) % 3)
    config = replace(CONFIG, epochs=30, patience=2)
    assert len(train(Tiny(3), training, wrong, config)) < 30


def test_a_full_disk_ends_it_and_the_last_state_stays(
    tmp_path: Path, limited_file_size: None
) -> None:
    training, validation = examples()
    state = tmp_path / "state.pt"
    network = Tiny(3)
    network.body.append(torch.nn.Conv2d(16, 16, 1))  # unused room: its state outgrows the limit
    network.ballast = torch.nn.Parameter(torch.zeros(40_000))
    with pytest.raises(OutputError, match="free some space"):
        train(network, training, validation, CONFIG, state=state)
    assert list(tmp_path.iterdir()) == []


def test_several_labels_are_learnt() -> None:
    images, targets = drawn(3, 12)
    table = np.eye(3, dtype=np.float32)[targets]
    table[:, 2] = table[:, :2].max(1)  # the third says whether it is of the first two
    pictures = Pictures(images, table)
    config = replace(CONFIG, loss="asymmetric", epochs=10, head_steps=300)
    trained = fit(lambda: Tiny(3), pictures, pictures, config)
    assert trained.several
    assert trained.measure(pictures, ("a", "b", "c")).macro_f1 > 0.9


@pytest.mark.parametrize("semi", ["pure", "transductive"])
def test_unlabelled_pictures_take_part(semi: str) -> None:
    images, targets = drawn(3, 12)
    labelled = np.flatnonzero(np.arange(36) % 12 < 2)
    others = [images[row] for row in range(36) if row not in labelled]
    seen: list[Epoch] = []
    pictures = Pictures(images, targets)
    config = settings(
        side=32, batch=8, epochs=2, views=24, frozen=0.0, semi=semi, rounds=1, sure=0.5
    )
    trained = fit(
        lambda: Tiny(3),
        pictures.at(labelled),
        pictures,
        config,
        unlabelled=others,
        on_epoch=seen.append,
    )
    assert [epoch.number for epoch in seen] == [0, 1, 0, 1]
    assert trained.measure(pictures, ("a", "b", "c")).accuracy > 0.8


@pytest.mark.parametrize("semi", ["pure", "transductive"])
def test_unlabelled_pictures_take_part_where_one_may_have_several_labels_or_none(semi: str) -> None:
    images, targets = drawn(3, 12)
    table = np.eye(3, dtype=np.float32)[targets][:, :2]  # the third class is nobody
    labelled = np.flatnonzero(np.arange(36) % 12 < 6)
    others = [images[row] for row in range(36) if row not in labelled]
    seen: list[Epoch] = []
    pictures = Pictures(images, table)
    config = replace(CONFIG, epochs=10, head_steps=300, loss="asymmetric", rounds=1)
    trained = fit(
        lambda: Tiny(2),
        pictures.at(labelled),
        pictures,
        replace(config, semi=semi),  # type: ignore[arg-type]
        unlabelled=others,
        on_epoch=seen.append,
    )
    assert [epoch.number for epoch in seen] == [*range(10)] * 2
    assert trained.measure(pictures, ("a", "b")).macro_f1 > 0.8


def test_joined_pictures_teach_to_see_two_classes_that_never_met() -> None:
    images, targets = drawn(3, 12)
    table = np.eye(3, dtype=np.float32)[targets]
    alone = Examples.of(images, table, side=32)
    pairs = [(0, 1), (1, 2), (0, 2)]
    met = Examples.of(
        [np.hstack([images[12 * one], images[12 * other]]) for one, other in pairs],
        np.array([table[12 * one] + table[12 * other] for one, other in pairs]),
        side=32,
    )
    seen = {}
    for share in (0.0, 1.0):
        network = Tiny(3)
        train(network, alone, alone, replace(CONFIG, epochs=8, joined=share))
        seen[share] = predict(network, met.pixels).numpy()[met.targets > 0]
    assert seen[1.0].mean() > seen[0.0].mean() + 0.05
    assert alone.targets.sum() == len(images)  # what was given stays as it was


def test_the_head_kept_names_the_nearest_mean_and_is_unsure_between_two() -> None:
    means = torch.tensor([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    head = NearestMean.of(torch.cat([means * 3, means * 5]), torch.tensor([0, 1, 0, 1]), classes=2)
    assert torch.allclose(head.means, means)
    near, stranger = head(torch.tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 2.0]]))
    assert torch.allclose(near, torch.tensor([10.0, 6.0]))
    assert torch.allclose(stranger, torch.zeros(2))


def test_with_one_label_the_head_kept_is_of_means_and_with_several_linear() -> None:
    images, targets = drawn(3, 12)
    for truth, kind in ((targets, NearestMean), (np.eye(3, dtype=np.float32)[targets], Linear)):
        network = Tiny(3)
        given = Examples.of(images, truth, side=32)
        train(network, given, given, replace(CONFIG, epochs=1))
        assert isinstance(network.head, kind)
        again = Tiny(3)
        again.load_trained(network.state_dict())
        assert torch.equal(predict(again, given.pixels), predict(network, given.pixels))


def test_logits_do_not_depend_on_the_other_pictures() -> None:
    _, validation = examples()
    network = Tiny(3)
    alone = predict(network, validation.pixels[:1])
    together = predict(network, validation.pixels)
    assert torch.allclose(alone, together[:1], atol=1e-5)


@pytest.mark.parametrize(
    ("option", "value"), [("loss", "hinge"), ("side", 0), ("semi", "half"), ("learning_rate", -1)]
)
def test_a_wrong_setting_names_its_option(option: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"--{option.replace('_', '-')}"):
        settings(**{option: value})


def test_a_wrong_name_is_told_the_known_ones() -> None:
    with pytest.raises(UsageError, match="known: none, pure, transductive"):
        settings(semi="half")
