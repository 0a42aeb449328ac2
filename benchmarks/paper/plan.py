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
LADDER_ROWS = (
    Row(TABLE_2),
    *(
        Row(TABLE_2, behaviour=behaviour, leaking=leaking)
        for behaviour in tuple(Behaviour)[1:]
        for leaking in (False, True)
    ),
)


def planned() -> dict[Row, int]:
    """Every row and how many folds of it are run by default: the deep ones take minutes each."""
    folds = dict.fromkeys((*TABLE_3_ROWS["kfold"], *TABLE_3_ROWS["2kfold"][2:]), 20)
    folds |= {TABLE_3_ROWS["2kfold"][0]: 4, TABLE_3_ROWS["2kfold"][1]: 4}  # network, SVM
    for row in (*TABLE_1_ROWS, *VARIANT_ROWS, *LADDER_ROWS):
        folds.setdefault(row, 3)
    return folds
