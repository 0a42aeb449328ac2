"""What can be set of a training; the defaults suit a few hundred drawings on two CPU cores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec

from framesense.config import Natural, Positive
from framesense.errors import UsageError
from framesense.records import Unit

Loss = Literal["smooth", "balanced", "focal", "asymmetric"]
Semi = Literal["none", "pure", "transductive"]


@dataclass(frozen=True, slots=True)
class TrainConfig:
    side: Annotated[int, msgspec.Meta(ge=32, le=1024)] = 192  # px, of the square the network sees
    zoom: Annotated[float, msgspec.Meta(ge=1.0, le=2.0)] = 1.25  # side / side of a training view
    batch: Positive = 32  # pictures a step
    head_steps: Natural = 300  # of the head alone, over features that stay as they are
    epochs: Natural = 20  # of fine-tuning; 0: the head alone
    views: Positive = 160  # an epoch has at least so many; few pictures are shown several times
    learning_rate: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)] = 1e-3  # highest of the cycle
    weight_decay: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.02
    frozen: Unit = 0.25  # of the network's tensors, those nearest the picture, stay as they are
    joined: Unit = 0.3  # of pictures that may have several labels, shown with another beside
    dropout: Unit = 0.2
    average: Unit = 0.97  # share of the running mean of weights that a step keeps
    patience: Positive = 10  # epochs without a better validation loss before we stop
    loss: Loss = "smooth"  # asymmetric is for several labels
    smoothing: Unit = 0.1
    validation: Annotated[float, msgspec.Meta(gt=0.0, lt=1.0)] = 0.125  # of each class, its last
    seed: Natural = 0
    semi: Semi = "none"  # how pictures without labels help
    sure: Unit = 0.6  # probability from which a guess about an unlabelled picture is a label
    rounds: Positive = 2  # of guessing and training anew

    @property
    def view(self) -> int:
        """Px of the square that training shows. Its random framing enlarges what is in the picture,
        and in use things are to look as large (Touvron et al. 2019, "Fixing the train-test
        resolution discrepancy"); smaller views are also faster.
        """
        return round(self.side / self.zoom)


def settings(**values: Any) -> TrainConfig:
    """The defaults with the given values checked; None keeps a default. Raises UsageError."""
    types = get_type_hints(TrainConfig, include_extras=True)
    changed = {}
    for name, value in values.items():
        if value is None:
            continue
        try:
            changed[name] = msgspec.convert(value, types[name])
        except msgspec.ValidationError as error:
            option = name.replace("_", "-")
            known = (
                ", ".join(map(str, get_args(types[name]))) if types[name] in (Loss, Semi) else ""
            )
            reason = f"known: {known}" if known else error
            raise UsageError(f"--{option} {value}: {reason}") from error
    return TrainConfig(**changed)
