"""Models fitted side by side, each in a process: the sampler lets no thread run beside itself.

A process starts Python anew, so a script that asks for several does so under
`if __name__ == "__main__":`.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.queues import SimpleQueue

from framesense.errors import DeviceError
from framesense.rating.models import Model, Predictor, Show
from framesense.rating.ratings import RatingSet

News = tuple[int, float]  # which fit, and which share of it is done


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    model: Model
    data: RatingSet
    cost: float  # beside the others'


def fit_all(fits: Sequence[Fit], *, seed: int, workers: int, show: Show) -> list[Predictor]:
    """The fitted models, in order; the same from any number of workers, at least 1.

    Raises what the models raise, and DeviceError when a process ends before its model is fitted.
    """
    done = [0.0] * len(fits)

    def tell(number: int, share: float) -> None:
        done[number] = share * fits[number].cost
        show("training", sum(done) / sum(fit.cost for fit in fits))

    if workers == 1:
        return [_fitted(number, fit, seed, tell) for number, fit in enumerate(fits)]
    context = get_context("spawn")
    news: SimpleQueue[News] = context.SimpleQueue()
    theirs, ours = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, len(fits)), context, _begin, (news, theirs))
    try:
        found = [pool.submit(_pickled, number, fit, seed) for number, fit in enumerate(fits)]
        running = set(found)
        while running:
            ended, running = wait(running, timeout=0.2)
            while not news.empty():
                tell(*news.get())
            for future in ended:
                future.result()  # raises
        return [pickle.loads(future.result()) for future in found]
    except BrokenProcessPool as error:
        raise DeviceError(
            "a process that trained has ended",
            remedy="train with one worker: each takes memory, and a script needs a main guard",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        ours.close()
        theirs.close()


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not everywhere
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_news: SimpleQueue[News]  # of this process, when it is one that fits


def _begin(news: SimpleQueue[News], parent: Connection) -> None:
    global _news
    _news = news
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Connection) -> None:
    """Its end of the pipe closes when it wants us no longer, and when it has ended itself."""
    with suppress(EOFError):
        parent.recv()
    os._exit(1)


def _pickled(number: int, fit: Fit, seed: int) -> bytes:
    """The model as bytes: a pool would share its tensors, each by an open file."""
    return pickle.dumps(_fitted(number, fit, seed, lambda *news: _news.put(news)))


def _fitted(number: int, fit: Fit, seed: int, tell: Callable[[int, float], None]) -> Predictor:
    return fit.model.fit(fit.data, seed=seed, show=lambda _, share: tell(number, share))
