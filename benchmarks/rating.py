"""How right the rating models are, under every protocol: benchmarks/rating.json and rating.md.

    python benchmarks/rating.py --data DATA [--protocol u1-u5] [--model fm] [--minutes 5]

Fold by fold: what rating.json has is kept, and a run goes on where the last one stopped. --again
measures anew.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from framesense.atomic import write_atomically
from framesense.rating.choice import make_model
from framesense.rating.evaluation import Result, evaluate_fold, to_json, to_markdown
from framesense.rating.movielens import read
from framesense.rating.protocols import folds

HERE = Path(__file__).parent
DATE = "2026-11-24 to 28"
BASELINES = ("majority", "viewer-mean", "film-mean", "bias", "svd++", "lightgbm")
STUDIES = {
    "u1-u5": (*BASELINES, "cnn", "fm", "rater"),
    "kfold": (*BASELINES, "fm"),
    "2kfold": (*BASELINES, "fm"),
    "cold-items": ("majority", "viewer-mean", "bias", "lightgbm", "fm-content", "cnn", "new-films"),
    "cold-users": ("majority", "film-mean", "bias", "lightgbm", "fm", "crowd"),
    "cold-both": ("majority", "lightgbm", "fm-content", "cnn", "linear"),
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--protocol", choices=STUDIES)
    arguments.add_argument("--model", action="append")
    arguments.add_argument("--minutes", type=float, default=float("inf"), help="then stop")
    arguments.add_argument("--again", action="store_true")
    given = arguments.parse_args()
    data = read(given.data)
    until = time.monotonic() + given.minutes * 60
    kept = HERE / "rating.json"
    results = msgspec.json.decode(kept.read_bytes(), type=list[Result]) if kept.exists() else []
    for protocol, names in STUDIES.items():
        for name in names:
            unwanted = given.model and name not in given.model
            if given.protocol not in (None, protocol) or unwanted:
                continue
            known = {(result.protocol, result.model): result for result in results}
            result = known.get((protocol, name))
            if result is None or given.again:
                result = Result(data.name, protocol, name, 0, ())
            for fold in folds(protocol, data.ratings)[len(result.folds) :]:
                if time.monotonic() > until:
                    return
                found = evaluate_fold(make_model(name), data, fold)
                result = replace(result, folds=(*result.folds, found))
                known[protocol, name] = result
                results = [known[p, m] for p in STUDIES for m in STUDIES[p] if (p, m) in known]
                write_atomically(kept, to_json(results))
                write_atomically(HERE / "rating.md", report(results).encode())
                print(to_markdown([result]).splitlines()[-1], flush=True)


def report(results: list[Result]) -> str:
    """The tables with what one must know to read them."""
    machine = f"{os.cpu_count()} shared cores ({platform.machine()}), no GPU"
    parts = [
        "# Rating: measured\n",
        f"{DATE}, {machine}. `python benchmarks/rating.py --data ml-100k`. Mean ± standard "
        "deviation over folds; settings were chosen on validation rows of u1's and the first cold "
        "folds' training rows, never on test rows.\n",
    ]
    for protocol in STUDIES:
        if chosen := [result for result in results if result.protocol == protocol]:
            parts += [f"## {protocol}\n", to_markdown(chosen)]
    notes = HERE / "rating.notes.md"
    return "\n".join(parts) + (f"\n{notes.read_text()}" if notes.exists() else "")


if __name__ == "__main__":
    main()
