"""What is run: which network or classifier, on which behaviour, under which protocol, how often."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

from benchmarks.paper import classics
from benchmarks.paper.attributes import Behaviour
from benchmarks.paper.network import Setting

TABLE_2 = Setting()
TABLE_1 = tuple(
    Setting(layers=layers, dropout=dropout, batch=batch)
    for layers, dropout, batch in product((3, 7, 11), (0.75, 0.2), (100, 200))
)
VARIANTS = (
    TABLE_2,
    replace(TABLE_2, rate=0.0008),
    replace(TABLE_2, loss="squared error"),
    replace(TABLE_2, codes="fixed"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; the same row may stand in several tables and is run once."""

    model: Setting | str  # a name of `classics`
    protocol: str = "kfold"
    behaviour: Behaviour = Behaviour.ACTIVITY
    leaking: bool = False

    @property
    def key(self) -> str:
        """In words, for the results' file."""
        how = self.model if isinstance(self.model, str) else described(self.model)
        leak = ", over the tested rows too" if self.leaking else ""
        return f"{self.protocol}: {how}; {self.behaviour}{leak}"


def described(setting: Setting) -> str:
    return (
        f"{setting.layers} layers, dropout {setting.dropout}, batch {setting.batch}, "
        f"rate {setting.rate}, {setting.loss}, {setting.codes} codes"
    )


TABLE_1_ROWS = tuple(map(Row, TABLE_1))
VARIANT_ROWS = tuple(map(Row, VARIANTS))
TABLE_3_ROWS = {
    protocol: tuple(Row(model, protocol) for model in (TABLE_2, *classics.NAMES))
    for protocol in ("kfold", "2kfold")
}
SHALLOW = replace(TABLE_2, layers=3)
LADDER = [
    (Behaviour.ACTIVITY, False),
    *((behaviour, leaking) for behaviour in tuple(Behaviour)[1:] for leaking in (False, True)),
]
LADDER_ROWS = tuple(Row(SHALLOW, behaviour=b, leaking=leaking) for b, leaking in LADDER)
DEEP_LADDER_ROWS = tuple(Row(TABLE_2, behaviour=b, leaking=leaking) for b, leaking in LADDER)


def planned() -> dict[Row, int]:
    """Every row, those that tell most first, and how many folds of it are run by default.

    The deep ones take minutes each.
    """
    folds: dict[Row, int] = {}
    for rows, wanted in (
        (TABLE_3_ROWS["kfold"][2:], 10),
        (TABLE_3_ROWS["2kfold"][2:], 20),
        (TABLE_3_ROWS["kfold"][:2], 3),  # network, SVM
        (LADDER_ROWS, 3),
        (TABLE_1_ROWS, 3),
        (DEEP_LADDER_ROWS[-3::2], 1),  # the two that leak most
        (VARIANT_ROWS, 3),
        (TABLE_3_ROWS["2kfold"][:2], 2),
        (DEEP_LADDER_ROWS, 0),
    ):
        for row in rows:
            folds.setdefault(row, wanted)
    return folds
