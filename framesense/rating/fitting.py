"""Models fitted side by side, each in a process: the sampler lets no thread run beside itself.

A process starts Python anew, so a script that asks for several does so under
`if __name__ == "__main__":`.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
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
    """The fitted models, in order; the same from any number of workers.

    Raises what the models raise, and DeviceError when a process ends on its own.
    """
    done = [0.0] * len(fits)

    def tell(number: int, share: float) -> None:
        done[number] = share * fits[number].cost
        show("training", sum(done) / sum(fit.cost for fit in fits))

    if workers == 1:
        return [_fitted(number, fit, seed, tell) for number, fit in enumerate(fits)]
    context = get_context("spawn")
    news: SimpleQueue[News] = context.SimpleQueue()
    others = active_children()
    pool = ProcessPoolExecutor(min(workers, len(fits)), context, _begin, (news,))
    try:
        found = [pool.submit(_fit, number, fit, seed) for number, fit in enumerate(fits)]
        running = set(found)
        while running:
            ended, running = wait(running, timeout=0.2)
            while not news.empty():
                tell(*news.get())
            for future in ended:
                future.result()  # raises
        return [future.result() for future in found]
    except BrokenProcessPool as error:
        raise DeviceError(
            "a process that trained was ended from outside",
            remedy="train with fewer workers: each takes memory",
        ) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - set(others):
            process.terminate()


_news: SimpleQueue[News]  # of this process, when it is one that fits


def _begin(news: SimpleQueue[News]) -> None:
    global _news
    _news = news
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _fit(number: int, fit: Fit, seed: int) -> Predictor:
    return _fitted(number, fit, seed, lambda *news: _news.put(news))


def _fitted(number: int, fit: Fit, seed: int, tell: Callable[[int, float], None]) -> Predictor:
    return fit.model.fit(fit.data, seed=seed, show=lambda _, share: tell(number, share))
