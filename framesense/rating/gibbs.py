"""Gibbs sampling of Bayesian factorisation machines, by the library myfm.

    score(x) = w0 + Σ_j w_j x_j + Σ_{j<k} <v_j, v_k> x_j x_k                      (Rendle 2010)

x is a viewer's columns beside a film's. A level is what a normal variable around the score reaches
among four cutpoints; each viewer has cutpoints of their own, as people use the scale differently.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from framesense.errors import DeviceError
from framesense.rating.ratings import Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How long a chain is and what is kept of it."""

    rank: int = 10  # length of the vectors v
    iterations: int = 400
    burn_in: int = 40  # first iterations, dropped
    keep_every: int = 4


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Samples of a factorisation machine's parameters, float32; float16 from a rater's folder."""

    w0: Singles  # (s,)
    w: Singles  # (s, columns)
    v: Singles  # (s, columns, rank)
    cutpoints: Singles  # (s, groups, 4), ascending

    def __repr__(self) -> str:
        samples, columns, rank = self.v.shape
        return f"Chain(samples={samples}, columns={columns}, rank={rank})"


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Which viewer meets which film, and the columns of both."""

    viewers: list[csr_matrix]  # blocks, each (viewers, columns); a block shares a prior
    films: list[csr_matrix]
    user: Rows  # int64, (n,), row of `viewers`
    film: Rows  # int64, (n,), row of `films`


def sample_chain(
    pairs: Pairs,
    level: Rows,
    scale: Rows,
    sampling: Sampling,
    *,
    seed: int,
    step: Callable[[], None],
) -> Chain:
    """Run one chain on rated pairs of levels (n,), 1 to 5; `step` is called after each iteration.

    `scale` (n,) numbers from 0 without gaps whose cutpoints a rating goes by. Raises DeviceError
    when myfm is not installed.
    """
    core = _myfm()
    from scipy.sparse import csr_matrix, hstack

    # The library's own classes have one set of cutpoints for all; its core takes groups of rows.
    config = core.ConfigBuilder()
    sizes = [block.shape[1] for block in (*pairs.viewers, *pairs.films)]
    config.set_group_index(np.repeat(np.arange(len(sizes)), sizes).tolist())
    config.set_n_iter(sampling.iterations)
    config.set_n_kept_samples(1)
    config.set_task_type(core.TaskType.ORDERED)
    order = np.argsort(scale, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(scale))[:-1])
    config.set_cutpoint_groups([(5, rows.tolist()) for rows in groups])

    kept: list[list[Singles]] = []

    def keep(iteration: int, machine: Any, *_: object) -> bool:
        step()
        if iteration >= sampling.burn_in and iteration % sampling.keep_every == 0:
            parts = machine.w0, machine.w, machine.V, machine.cutpoints
            kept.append([np.array(part, dtype=np.float32) for part in parts])  # it reuses its own
        return False

    core.create_train_fm(
        sampling.rank,
        0.1,  # standard deviation of the first vectors, the library's default
        csr_matrix((len(level), 0)),
        [
            core.RelationBlock(pairs.user.tolist(), hstack(pairs.viewers).tocsr()),
            core.RelationBlock(pairs.film.tolist(), hstack(pairs.films).tocsr()),
        ],
        (level - 1).astype(np.float64),
        seed,
        config.build(),
        keep,
    )
    return Chain(*(np.stack(part) for part in zip(*kept, strict=True)))


def _myfm() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks pkg_resources for its version
            from myfm import _myfm
    except ImportError as error:
        raise DeviceError(
            f"the package myfm cannot be used ({error})", remedy="pip install 'framesense[rate]'"
        ) from error
    return _myfm
