"""Classifiers: how right on drawings, how sure, and what losses and unlabelled pictures give.

    python benchmarks/classifier.py [--minutes N] [STUDY …]    writes classifier.json and .md here

Studies: frozen, few_frozen, parts, few, few_several, losses_frozen, losses, strangers; all by
default. Needs `../shared`. A run that is done is not done again: delete it from the JSON to repeat
it; none is begun after N minutes. Nothing is chosen on test pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from framesense.atomic import write_atomically
from framesense.training import checks, dataset, plots, splits
from framesense.training.calibration import calibration_error
from framesense.training.fitting import Lessons, Pictures, Trained
from framesense.training.loop import Examples, predict, train
from framesense.training.pictures import squares
from framesense.training.semi import guess
from framesense.training.settings import TrainConfig
from framesense.training.trials import Trials
from framesense.vision.backbones import FEATURES, NAME, pretrained
from framesense.vision.embedder import Embedder

HERE = Path(__file__).parent
RESULTS = HERE / "classifier.json"
PARTS = 5
SEEDS = (0, 1, 2)
LABELS_A_CLASS = (10, 5, 20)
IN_FULL = 10  # labels a class, also with the default settings
WAYS = ("supervised", "pure", "transductive")
STRANGE_PARTS = (0, 3, 4, 1, 2)  # what the head was chosen by comes last
LOSSES = ("smooth", "balanced", "focal", "asymmetric")
UNBALANCED = (80, 40, 20, 10, 5)  # training pictures of each class, in the order of their names
STATES = Path(tempfile.gettempdir()) / "framesense-classifier-states"
FULL = TrainConfig()
SMALL = TrainConfig(side=160, epochs=15, rounds=1)  # for the studies of many runs
Row = dict[str, Any]


def network(classes: int) -> Any:
    return pretrained(NAME, classes=classes)


class Study:
    """The pictures, and the runs so far by name."""

    def __init__(self, minutes: float) -> None:
        ready = checks.readable(
            dataset.read(HERE.parents[1] / "shared" / "images" / "simpsons"), max_side=480
        )
        self.data = ready.data
        self.ready = ready
        self.all = Pictures(ready.images, self.data.targets())
        self.parts = splits.folds(self.data, PARTS)
        self.runs = self._known()
        self._end = time.monotonic() + 60 * minutes

    def _known(self) -> dict[str, Row]:
        return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}

    def once(self, name: str, run: Callable[[], Row]) -> None:
        """Make the row of this name, with its cost, where it is not there and there is time."""
        if name in self.runs or time.monotonic() > self._end:
            return
        wall, cpu = time.perf_counter(), time.process_time()
        row = run()
        row["wall_s"] = round(time.perf_counter() - wall, 1)
        row["cpu_s"] = round(time.process_time() - cpu, 1)
        self.runs = self._known() | {name: row}  # another process may have added to it
        write_atomically(RESULTS, json.dumps(self.runs, indent=1).encode() + b"\n")
        write(self)
        shutil.rmtree(STATES, ignore_errors=True)
        print(name, {k: v for k, v in row.items() if k != "p"}, flush=True)

    def drawn(self, part: splits.Split, count: int, seed: int) -> Any:
        """So many training pictures of each class."""
        random = np.random.default_rng(seed)
        of_classes = self.all.targets[part.training]
        drawn = [
            random.choice(part.training[of_classes == c], count, replace=False)
            for c in range(len(self.data.labels))
        ]
        return np.sort(np.concatenate(drawn))

    def lessons(
        self, name: str, rows: Sequence[int], config: TrainConfig, *, targets: Any = None
    ) -> Lessons:
        """On these pictures, of which the last of each class are for validation.

        A run that is killed goes on at its next start, by the state that `name` has.
        """
        rows = np.asarray(rows)
        inner = splits.last_share(self.data.at(rows), config.validation)
        given = Pictures(self.all.images, self.all.targets if targets is None else targets)
        several = given.targets.ndim == 2
        return Lessons.of(
            lambda: network(given.targets.shape[1] if several else len(self.data.labels)),
            given.at(rows[inner.training]),
            given.at(rows[inner.held_out]),
            config,
            state=STATES / f"{name}.pt",
        )


def frozen(study: Study) -> None:
    """Features of ImageNet, as they are, and logistic regression."""
    embedder = Embedder(device="cpu")
    seen: list[Any] = []
    for k, part in enumerate(study.parts):

        def run(part: splits.Split = part) -> Row:
            if not seen:
                seen.append(embedder.embed(study.all.images))
            model = _regression(seen[0][part.training], study.all.targets[part.training])
            return {
                "accuracy": model.score(seen[0][part.held_out], study.all.targets[part.held_out])
            }

        study.once(f"frozen part {k}", run)


def few_frozen(study: Study) -> None:
    """As `few`, with ImageNet's features as they are: quick, so over every part and more seeds."""
    seen = Embedder(device="cpu").embed(study.all.images)
    targets = study.all.targets
    for k, part in enumerate(study.parts):
        for count in LABELS_A_CLASS:

            def run(part: splits.Split = part, count: int = count) -> Row:
                rows: dict[str, list[float]] = {way: [] for way in WAYS}
                for seed in range(5):
                    labelled = study.drawn(part, count, seed)
                    test = part.held_out
                    first = _regression(seen[labelled], targets[labelled])
                    rows["supervised"].append(float(first.score(seen[test], targets[test])))
                    for semi, unlabelled in (
                        ("pure", np.setdiff1d(part.training, labelled)),
                        ("transductive", test),
                    ):
                        guesses = guess(
                            semi,
                            first.predict_proba(seen[unlabelled]),
                            (seen[labelled], targets[labelled]),
                            seen[unlabelled],
                            sure=FULL.sure,
                        )
                        again = _regression(
                            np.concatenate([seen[labelled], seen[unlabelled[guesses.rows]]]),
                            np.concatenate([targets[labelled], guesses.labels]),
                        )
                        rows[semi].append(float(again.score(seen[test], targets[test])))
                return rows

            study.once(f"few frozen part {k} labels {count}", run)


def _regression(seen: Any, targets: Any) -> Any:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    return model.fit(seen, targets)


def parts(study: Study) -> None:
    """The defaults, each part held out once."""
    for k, part in enumerate(study.parts):

        def run(part: splits.Split = part, k: int = k) -> Row:
            trained = study.lessons(f"part-{k}", part.training, FULL).alone()
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
    """Some labels a class: alone, with the other training pictures, with the test pictures.

    The test pictures' labels take part in nothing but the measure.
    """
    split = study.parts[part]
    settings = [(IN_FULL, " in full", FULL)] + [(count, "", SMALL) for count in LABELS_A_CLASS]
    for count, how, settled in settings:
        for seed in SEEDS:
            rows = study.drawn(split, count, seed)
            config = replace(settled, seed=seed, validation=0.1, rounds=1)
            name = f"few part {part} labels {count}{how} seed {seed}"
            study.once(name, partial(_ways, study, split, name, rows, config, study.all.targets))


def few_several(study: Study, part: int = 0) -> None:
    """As `few`, where a picture may have several labels or none: the last class is nobody."""
    split = study.parts[part]
    table = np.eye(len(study.data.labels), dtype=np.float32)[study.all.targets][:, :-1]
    for seed in SEEDS:
        rows = study.drawn(split, IN_FULL, seed)
        config = replace(SMALL, seed=seed, validation=0.1, rounds=1)
        name = f"few several part {part} labels {IN_FULL} seed {seed}"
        study.once(name, partial(_ways, study, split, name, rows, config, table))


def _ways(
    study: Study, split: splits.Split, name: str, rows: Any, config: TrainConfig, targets: Any
) -> Row:
    test = Pictures(study.all.images, targets).at(split.held_out)
    lessons = study.lessons(name, rows, config, targets=targets)
    trained = lessons.alone()
    row = {"supervised": _accuracy(trained, test)}
    for semi, unlabelled in (
        ("pure", np.setdiff1d(split.training, rows)),
        ("transductive", split.held_out),
    ):
        helped = replace(
            lessons,
            config=replace(config, semi=semi),
            state=STATES / f"{name}-{semi}.pt",
            unlabelled=squares(study.all.at(unlabelled).images, config.side),
        ).helped(trained)
        row[semi] = _accuracy(helped, test)
    return row


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
                given = table if loss == "asymmetric" else targets
                config = replace(SMALL, loss=loss, seed=seed)
                trained = study.lessons(
                    f"{loss}-{seed}", np.sort(rows), config, targets=given
                ).alone()
                test = study.all.at(split.held_out)
                said = trained.probabilities(test.images).argmax(1)
                f1 = f1_score(test.targets, said, average=None)
                return {
                    "accuracy": float((said == test.targets).mean()),
                    "macro_f1": float(f1.mean()),
                    "rarest_f1": float(f1[-1]),
                }

            study.once(f"losses {loss} seed {seed}", run)


class HeadAlone(torch.nn.Module):
    """A classifier's head, for features that are known."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.dropout = torch.nn.Dropout(0.0)
        self.head = torch.nn.Linear(FEATURES, classes)

    def features(self, seen: Any) -> Any:
        return seen

    prepared = features


def losses_frozen(study: Study) -> None:
    """As `losses`, but the head alone on ImageNet's features; each class is the rarest once."""
    seen = Embedder(device="cpu").embed(study.all.images)
    targets = study.all.targets
    table = np.eye(len(UNBALANCED), dtype=np.float32)[targets]
    config = replace(FULL, epochs=0)
    for k, part in enumerate(study.parts):
        for loss in LOSSES:

            def run(k: int = k, part: splits.Split = part, loss: Any = loss) -> Row:
                counts = np.roll(UNBALANCED, k)
                rows = np.concatenate(
                    [part.training[targets[part.training] == c][:n] for c, n in enumerate(counts)]
                )
                scaled = StandardScaler().fit(seen[rows]).transform(seen).astype(np.float32)
                given = table if loss == "asymmetric" else targets
                torch.manual_seed(k)
                network = HeadAlone(len(counts))
                examples = Examples(scaled[rows], given[rows])
                train(network, examples, examples, replace(config, loss=loss))
                said = predict(network, scaled[part.held_out]).numpy().argmax(1)
                truth = targets[part.held_out]
                f1 = f1_score(truth, said, average=None)
                return {
                    "accuracy": float((said == truth).mean()),
                    "macro_f1": float(f1.mean()),
                    "rarest_f1": float(f1[counts.argmin()]),
                }

            study.once(f"losses frozen {loss} part {k}", run)


def strangers(study: Study) -> None:
    """Each class left out of training: does the score tell its pictures from the others?"""
    trials = Trials.of(study.ready, network, FULL, states=STATES)
    for part in STRANGE_PARTS:
        for label in study.data.labels:

            def run(label: str = label, part: int = part) -> Row:
                return {"auroc": trials.stranger(label, study.parts[part]).auroc}

            study.once(f"strangers in full {label} part {part}", run)


def _accuracy(trained: Trained, test: Pictures) -> float:
    """With several labels, a picture is right where each yes and no is, at a probability of 0.5."""
    p = trained.probabilities(test.images)
    if trained.several:
        return float(((p >= 0.5) == (test.targets > 0)).all(1).mean())
    return float((p.argmax(1) == test.targets).mean())


STUDIES = {
    "frozen": frozen,
    "few_frozen": few_frozen,
    "parts": parts,
    "few": few,
    "few_several": few_several,
    "losses_frozen": losses_frozen,
    "losses": losses,
    "strangers": strangers,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", nargs="*", metavar="STUDY")
    parser.add_argument("--minutes", type=float, default=1e9)
    given = parser.parse_args()
    study = Study(given.minutes)
    for name in given.studies or STUDIES:
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
        f"Part 0, {SMALL.side} px, {SMALL.epochs} epochs; mean ± sd over seeds, each with labels "
        "and training of its own. *Supervised*: the labels alone. *Pure*: and the other pictures "
        "of the four training parts, without labels. *Transductive*: and the 110 test pictures, "
        "without labels. What they add is paired by seed."
    )
    yield ""
    yield (
        "| labels a class | runs | " + " | ".join((*WAYS, "pure adds", "transductive adds")) + " |"
    )
    yield "|---|---|---|---|---|---|---|"
    for count in sorted(LABELS_A_CLASS):
        each = [_values(runs, f"few part 0 labels {count} seed", w) for w in WAYS]
        yield _few_row(str(count), each)
    each = [_values(runs, f"few part 0 labels {IN_FULL} in full", w) for w in WAYS]
    yield _few_row(f"{IN_FULL}, {FULL.side} px, {FULL.epochs} epochs", each)
    each = [_values(runs, f"few several part 0 labels {IN_FULL}", w) for w in WAYS]
    yield _few_row(f"{IN_FULL}, {study.data.labels[-1]} is nobody", each)
    yield ""
    yield (
        "The same with ImageNet's features as they are and logistic regression, for five draws of "
        "labels on each of the five parts:"
    )
    yield ""
    yield (
        "| labels a class | runs | " + " | ".join((*WAYS, "pure adds", "transductive adds")) + " |"
    )
    yield "|---|---|---|---|---|---|---|"
    for count in sorted(LABELS_A_CLASS):
        found = [runs.get(f"few frozen part {k} labels {count}", {}) for k in range(PARTS)]
        each = [[v for row in found for v in row.get(w, ())] for w in WAYS]
        yield _few_row(str(count), each)
    yield ""
    yield "## Unbalanced classes"
    yield f"Training pictures a class: {', '.join(map(str, UNBALANCED))}; part 0, test balanced."
    yield ""
    yield "| loss | runs | accuracy | macro F1 | F1 of the rarest |"
    yield "|---|---|---|---|---|"
    for loss in LOSSES:
        yield _loss_row(loss, runs, f"losses {loss} ")
    yield ""
    yield (
        "The head alone on ImageNet's features as they are; each part, and with it another order "
        "of the classes:"
    )
    yield ""
    yield "| loss | runs | accuracy | macro F1 | F1 of the rarest |"
    yield "|---|---|---|---|---|"
    for loss in LOSSES:
        yield _loss_row(loss, runs, f"losses frozen {loss} ")
    yield ""
    yield "## Strangers"
    yield (
        "AUROC of the best score, known against unknown, one class left out of training and one "
        "part of all classes held out; the default settings."
    )
    yield ""
    yield "| part | " + " | ".join(study.data.labels) + " | mean |"
    yield "|---" * (len(study.data.labels) + 2) + "|"
    every = []
    for part in sorted(STRANGE_PARTS):
        each = [
            _values(runs, f"strangers in full {n} part {part}", "auroc") for n in study.data.labels
        ]
        every += [value for values in each for value in values]
        cells = [spread(values) for values in (*each, [v for values in each for v in values])]
        yield f"| {part} | " + " | ".join(cells) + " |"
    yield f"| all {len(every)} |" + " |" * len(study.data.labels) + f" {spread(every)} |"


def _few_row(count: str, each: list[list[float]]) -> str:
    """Of accuracies for each of WAYS, in the order of the runs."""
    gains = [[b - a for a, b in zip(each[0], helped, strict=True)] for helped in each[1:]]
    cells = [spread(values) for values in (*each, *gains)]
    return f"| {count} | {len(each[0])} | " + " | ".join(cells) + " |"


def _loss_row(loss: str, runs: dict[str, Row], prefix: str) -> str:
    each = [_values(runs, prefix, key) for key in ("accuracy", "macro_f1", "rarest_f1")]
    return f"| {loss} | {len(each[0])} | " + " | ".join(spread(values) for values in each) + " |"


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
