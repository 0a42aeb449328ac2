"""Classifiers: how right on drawings, how sure, and what losses and unlabelled pictures give.

    python benchmarks/classifier.py [STUDY …]    writes benchmarks/classifier.json and .md

Studies: frozen, parts, few, losses, unknown; all by default. Needs `../shared`. A run that is done
is not done again: delete it from the JSON to repeat it. Nothing is chosen on test pictures.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from framesense.training import dataset, openset, plots, splits
from framesense.training.calibration import calibration_error
from framesense.training.fitting import Pictures, Trained, fit
from framesense.training.pictures import read_image
from framesense.training.settings import TrainConfig
from framesense.vision.backbones import NAME, pretrained
from framesense.vision.embedder import Embedder

HERE = Path(__file__).parent
RESULTS = HERE / "classifier.json"
PARTS = 5
SEEDS = (0, 1, 2)
LABELS_A_CLASS = (5, 10, 20)
LOSSES = ("smooth", "balanced", "focal", "asymmetric")
UNBALANCED = (80, 40, 20, 10, 5)  # training pictures of each class, in the order of their names
FULL = TrainConfig()
SMALL = TrainConfig(side=128, epochs=15, rounds=1)  # for the studies of many runs
Row = dict[str, Any]


class Study:
    """The pictures, and the runs so far by name."""

    def __init__(self) -> None:
        self.data = dataset.read(HERE.parents[1] / "shared" / "images" / "simpsons")
        images = [read_image(item.path) for item in self.data.items]
        self.all = Pictures(images, self.data.targets())
        self.parts = splits.folds(self.data, PARTS)
        self.runs: dict[str, Row] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}

    def once(self, name: str, run: Callable[[], Row]) -> Row:
        """The row of this name, made now where it is not there; with its cost."""
        if name not in self.runs:
            wall, cpu = time.perf_counter(), time.process_time()
            row = run()
            row["wall_s"] = round(time.perf_counter() - wall, 1)
            row["cpu_s"] = round(time.process_time() - cpu, 1)
            self.runs[name] = row
            RESULTS.write_text(json.dumps(self.runs, indent=1) + "\n", encoding="utf-8")
            print(name, {k: v for k, v in row.items() if k != "p"}, flush=True)
        return self.runs[name]

    def train(
        self,
        rows: Sequence[int],
        config: TrainConfig,
        *,
        targets: Any = None,
        unlabelled: Sequence[int] = (),
    ) -> Trained:
        """On these pictures, of which the last of each class are for validation."""
        rows = np.asarray(rows)
        inner = splits.last_share(self.data.at(rows), config.validation)
        given = Pictures(self.all.images, self.all.targets if targets is None else targets)
        shape = given.targets.shape
        classes = shape[1] if len(shape) == 2 else int(given.targets[rows].max()) + 1
        return fit(
            lambda: pretrained(NAME, classes=classes),
            given.at(rows[inner.training]),
            given.at(rows[inner.held_out]),
            config,
            unlabelled=[self.all.images[row] for row in unlabelled],
        )


def frozen(study: Study) -> None:
    """Features of ImageNet, as they are, and logistic regression."""
    embedder = Embedder(device="cpu")
    seen: list[Any] = []
    for k, part in enumerate(study.parts):

        def run(part: splits.Split = part) -> Row:
            if not seen:
                seen.append(embedder.embed(study.all.images))
            model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
            model.fit(seen[0][part.training], study.all.targets[part.training])
            return {
                "accuracy": model.score(seen[0][part.held_out], study.all.targets[part.held_out])
            }

        study.once(f"frozen part {k}", run)


def parts(study: Study) -> None:
    """The defaults, each part held out once."""
    for k, part in enumerate(study.parts):

        def run(part: splits.Split = part) -> Row:
            trained = study.train(part.training, FULL)
            test = study.all.at(part.held_out)
            p = trained.probabilities(test.images)
            metrics = trained.measure(test, study.data.labels)
            return {
                "accuracy": metrics.accuracy,
                "calibration_error": metrics.calibration_error,
                "answered": metrics.answered,
                "accuracy_answered": metrics.accuracy_answered,
                "temperature": trained.temperature,
                "epochs": len(trained.history),
                "p": p.round(4).tolist(),
            }

        study.once(f"parts {k}", run)


def few(study: Study, part: int = 0) -> None:
    """5, 10, 20 labels a class: alone, with the other training pictures, with the test pictures."""
    split = study.parts[part]
    for seed in SEEDS:
        for count in LABELS_A_CLASS:
            random = np.random.default_rng(seed)
            rows = np.sort(
                np.concatenate(
                    [
                        random.choice(
                            split.training[study.all.targets[split.training] == c], count, False
                        )
                        for c in range(len(study.data.labels))
                    ]
                )
            )
            others = {
                "none": np.array([], int),
                "pure": np.setdiff1d(split.training, rows),
                "transductive": split.held_out,
            }
            for semi, unlabelled in others.items():

                def run(
                    rows: Any = rows,
                    unlabelled: Any = unlabelled,
                    semi: Any = semi,
                    seed: int = seed,
                ) -> Row:
                    config = _replaced(SMALL, semi=semi, seed=seed, validation=0.1)
                    trained = study.train(rows, config, unlabelled=unlabelled)
                    return {"accuracy": _accuracy(trained, study.all.at(split.held_out))}

                study.once(f"few part {part} labels {count} {semi} seed {seed}", run)


def losses(study: Study, part: int = 0) -> None:
    """Classes of very different size in training, equal ones in the test."""
    split = study.parts[part]
    targets = study.all.targets
    rows = np.concatenate(
        [split.training[targets[split.training] == c][:n] for c, n in enumerate(UNBALANCED)]
    )
    table = np.eye(len(UNBALANCED), dtype=np.float32)[targets]
    for seed in SEEDS:
        for loss in LOSSES:

            def run(loss: Any = loss, seed: int = seed) -> Row:
                config = _replaced(SMALL, loss=loss, seed=seed)
                given = table if loss == "asymmetric" else targets
                trained = study.train(np.sort(rows), config, targets=given)
                test = study.all.at(split.held_out)
                said = trained.probabilities(test.images).argmax(1)
                f1 = f1_score(test.targets, said, average=None)
                return {
                    "accuracy": float((said == test.targets).mean()),
                    "macro_f1": float(f1.mean()),
                    "rarest_f1": float(f1[-1]),
                }

            study.once(f"losses {loss} seed {seed}", run)


def unknown(study: Study, part: int = 0) -> None:
    """Each class left out of training: does the score tell its pictures from the others?"""
    split = study.parts[part]
    test = study.all.at(split.held_out)

    for left_out in range(len(study.data.labels)):

        def run(left_out: int = left_out) -> Row:
            def known(_: int) -> Any:
                rows = split.training[study.all.targets[split.training] != left_out]
                number = study.all.targets - (study.all.targets > left_out)  # no gap in the numbers
                labels = tuple(n for i, n in enumerate(study.data.labels) if i != left_out)
                trained = _without(study, rows, number, labels)
                return trained.probabilities(test.images).max(1)

            return {"auroc": openset.leave_one_out(test.targets, left_out, known(left_out))}

        study.once(f"unknown {study.data.labels[left_out]} part {part}", run)


def _without(study: Study, rows: Any, number: Any, labels: tuple[str, ...]) -> Trained:
    data = dataset.DataSet(labels, tuple(study.data.items[row] for row in rows), False)
    inner = splits.last_share(data, FULL.validation)
    given = Pictures(study.all.images, number)
    return fit(
        lambda: pretrained(NAME, classes=len(labels)),
        given.at(rows[inner.training]),
        given.at(rows[inner.held_out]),
        FULL,
    )


def _replaced(config: TrainConfig, **values: Any) -> TrainConfig:
    return replace(config, **values)


def _accuracy(trained: Trained, test: Pictures) -> float:
    return float((trained.probabilities(test.images).argmax(1) == test.targets).mean())


STUDIES = {"frozen": frozen, "parts": parts, "few": few, "losses": losses, "unknown": unknown}


def main() -> None:
    study = Study()
    for name in sys.argv[1:] or STUDIES:
        STUDIES[name](study)
        write(study)


def write(study: Study) -> None:
    page = HERE / "classifier.md"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    _, mark, notes = old.partition("\n## Notes\n")
    page.write_text("\n".join(tables(study)) + "\n" + mark + notes, encoding="utf-8")


def tables(study: Study) -> Iterable[str]:
    runs = study.runs
    cpu = ov.Core().get_property("CPU", "FULL_DEVICE_NAME")
    yield "# Classifiers"
    yield ""
    yield (
        f"`python benchmarks/classifier.py`, {date.today()}, {cpu}, {os.cpu_count()} cores shared "
        f"with other work, torch {torch.__version__}, {torch.get_num_threads()} threads. "
        "Five drawn characters × 110 frames, in five contiguous parts by file order; validation "
        "(early stopping, temperature, threshold) is the last eighth of each class's training part."
    )
    yield ""
    yield "## Five parts, each held out once"
    yield "| | accuracy, mean ± sd | parts | calibration error, pooled | CPU s a part | wall s |"
    yield "|---|---|---|---|---|---|"
    for title, name in (
        ("frozen features, logistic regression", "frozen part "),
        ("fine-tuned", "parts "),
    ):
        found = [runs[f"{name}{k}"] for k in range(PARTS) if f"{name}{k}" in runs]
        if found:
            each = " ".join(f"{row['accuracy']:.3f}" for row in found)
            error = "" if "p" not in found[0] else f"{_pooled_error(study):.3f}"
            yield (
                f"| {title} | {spread(row['accuracy'] for row in found)} | {each} | {error} "
                f"| {spread((row['cpu_s'] for row in found), 0)} "
                f"| {spread((row['wall_s'] for row in found), 0)} |"
            )
    done = [runs[f"parts {k}"] for k in range(PARTS) if f"parts {k}" in runs]
    if done:
        yield ""
        yield (
            f'Answered (not "unknown"): {spread(row["answered"] for row in done)}; right of those: '
            f"{spread(row['accuracy_answered'] for row in done)}. Calibration error of a part: "
            f"{spread(row['calibration_error'] for row in done)}."
        )
        pictures(study)
        yield ""
        yield "![confusion](classifier_confusion.png) ![calibration](classifier_calibration.png)"
    yield ""
    yield "## Few labels"
    yield (
        f"Part 0, {SMALL.side} px, {SMALL.epochs} epochs; mean ± sd over {len(SEEDS)} seeds, each "
        "with labels and training of its own."
    )
    yield ""
    yield "| labels a class | supervised | pure | transductive |"
    yield "|---|---|---|---|"
    for count in LABELS_A_CLASS:
        cells = [
            spread(_values(runs, f"few part 0 labels {count} {semi} ", "accuracy"))
            for semi in ("none", "pure", "transductive")
        ]
        yield f"| {count} | " + " | ".join(cells) + " |"
    yield ""
    yield "## Unbalanced classes"
    yield f"Training pictures a class: {', '.join(map(str, UNBALANCED))}; part 0, test balanced."
    yield ""
    yield "| loss | accuracy | macro F1 | F1 of the rarest |"
    yield "|---|---|---|---|"
    for loss in LOSSES:
        cells = [
            spread(_values(runs, f"losses {loss} ", key))
            for key in ("accuracy", "macro_f1", "rarest_f1")
        ]
        yield f"| {loss} | " + " | ".join(cells) + " |"
    yield ""
    yield "## Strangers"
    yield "AUROC of the best score, known against unknown, one class left out of training; part 0."
    yield ""
    left = {n: _values(runs, f"unknown {n} ", "auroc") for n in study.data.labels}
    for name, values in left.items():
        yield f"- {name}: {spread(values)}"
    yield f"- mean: {spread(value for values in left.values() for value in values)}"


def pictures(study: Study) -> None:
    found = [k for k in range(PARTS) if f"parts {k}" in study.runs]
    p = np.concatenate([np.array(study.runs[f"parts {k}"]["p"]) for k in found])
    targets = np.concatenate([study.all.targets[study.parts[k].held_out] for k in found])
    plots.confusion(HERE / "classifier_confusion.png", p, targets, study.data.labels)
    plots.calibration(HERE / "classifier_calibration.png", p, targets)


def _pooled_error(study: Study) -> float:
    found = [k for k in range(PARTS) if f"parts {k}" in study.runs]
    p = np.concatenate([np.array(study.runs[f"parts {k}"]["p"]) for k in found])
    targets = np.concatenate([study.all.targets[study.parts[k].held_out] for k in found])
    return calibration_error(p, targets)


def _values(runs: dict[str, Row], prefix: str, key: str) -> list[float]:
    return [row[key] for name, row in runs.items() if name.startswith(prefix)]


def spread(values: Iterable[float], digits: int = 3) -> str:
    """Mean ± sd of what was measured."""
    given = list(values)
    if not given:
        return "not run"
    text = f"{np.mean(given):.{digits}f}"
    return f"{text} ± {np.std(given):.{digits}f}" if len(given) > 1 else text


if __name__ == "__main__":
    main()
