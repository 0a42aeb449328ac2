"""The study of Wan and Ren (Journal of Sensors 2021, 9945187), replicated on ML-100K.

    python -m benchmarks.paper --data ml-100k [--minutes 5] [--all]

Run from the checkout. Writes results.json, README.md and the figures here. Piece by piece: what
results.json has is kept, and a run goes on where the last one stopped. --all runs every fold of
every row, which takes some hours on two cores.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import torch

from benchmarks.paper import classics, figures, report
from benchmarks.paper.attributes import attributes
from benchmarks.paper.network import TEST_BATCH, learn_and_answer
from benchmarks.paper.pieces import Piece
from benchmarks.paper.plan import Row, planned
from framesense.atomic import write_atomically
from framesense.rating.movielens import read
from framesense.rating.protocols import OFFICIAL, Fold, folds
from framesense.rating.ratings import Floats, RatingSet

HERE = Path(__file__).parent


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--minutes", type=float, default=float("inf"), help="then stop")
    arguments.add_argument("--all", action="store_true", help="every fold of every row")
    given = arguments.parse_args()
    until = time.monotonic() + given.minutes * 60
    kept = HERE / "results.json"
    pieces = msgspec.json.decode(kept.read_bytes(), type=list[Piece]) if kept.exists() else []
    todo = missing(pieces, _read(given.data), whole=given.all)
    running: set[Future[Piece]] = set()
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        while True:
            while len(running) < cores and time.monotonic() < until and (one := next(todo, None)):
                running.add(pool.submit(piece_of, given.data, *one))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for found in (future.result() for future in done):
                line = f"{found.accuracy:.4f} {found.cpu_s:4.0f} s {found.row} {found.fold}"
                print(line, flush=True)
                pieces.append(found)
            write_atomically(kept, msgspec.json.format(msgspec.json.encode(pieces), indent=1))
    write_atomically(HERE / "README.md", report.text(pieces).encode())
    figures.draw(pieces, HERE)


def missing(pieces: list[Piece], data: RatingSet, *, whole: bool) -> Iterator[tuple[Row, int]]:
    """Rows and numbers of folds, one fold of every row before the second of any."""
    have = {(piece.row, piece.fold) for piece in pieces}
    names = {
        protocol: [fold.name for fold in folds(protocol, data.ratings)]
        for protocol in ("kfold", "2kfold")
    }
    for turn in range(20):
        for row, wanted in planned().items():
            of_row = names[row.protocol] if whole else names[row.protocol][:wanted]
            if turn < len(of_row) and (row.key, of_row[turn]) not in have:
                yield row, turn


def piece_of(source: str, row: Row, turn: int) -> Piece:
    """In a process of its own."""
    data = _read(source)
    return piece(row, data, folds(row.protocol, data.ratings)[turn], seed=turn)


@cache
def _read(source: str) -> RatingSet:
    data = read(source)
    if len(data.ratings) != OFFICIAL:
        raise SystemExit(f"{source}: the study is of ML-100K's 100,000 ratings")
    return data


def piece(row: Row, data: RatingSet, fold: Fold, *, seed: int) -> Piece:
    """One row on one fold."""
    started = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    level = data.ratings.level
    x = attributes(data, fold.train, row.behaviour, leaking=row.leaking, seed=seed)
    losses = accuracies = np.zeros(0)
    if isinstance(row.model, str):
        answer = classics.answer(row.model, x, level, fold.train, fold.test, seed=seed)
    else:
        outcome = learn_and_answer(row.model, x, level, fold.train, fold.test, seed=seed)
        answer, losses, accuracies = outcome.level, outcome.losses, outcome.accuracies
    right = answer == level[fold.test]
    first = seed == 0  # the curves of one fold are enough
    return Piece(
        row=row.key,
        fold=fold.name,
        accuracy=float(right.mean()),
        fours=float((answer == 4).mean()),
        cpu_s=round(resource.getrusage(resource.RUSAGE_SELF).ru_utime - started, 1),
        losses=_by_ten(losses) if first else (),
        accuracies=_by_ten(accuracies) if first else (),
        batches=_means(right, TEST_BATCH) if first else (),
    )


def _by_ten(values: Floats) -> tuple[float, ...]:
    return _means(values, 10)


def _means(values: Floats, size: int) -> tuple[float, ...]:
    """Of successive runs of `size`; what is left over at the end is dropped."""
    whole = len(values) // size
    return tuple(values[: whole * size].reshape(whole, size).mean(axis=1).round(4).tolist())


if __name__ == "__main__":
    main()
