"""A trained rater and its folder: `rater.json`, `rater.npz`.

The folder is read without running any of it, and says what it was trained on and under which
licence. Chains are kept as 16-bit floats; the answers differ by less than 0.001 for that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from framesense import __version__
from framesense.errors import InputError
from framesense.rating import archive
from framesense.rating.blend import Blended, BlendedPredictor
from framesense.rating.cold import ColdPredictor, Weights
from framesense.rating.crowd import CrowdPredictor
from framesense.rating.gibbs import Chain
from framesense.rating.linear import LinearPredictor
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.rehearsal import Rehearsal
from framesense.rating.seen import Eye
from framesense.rating.warm import WarmPredictor

FORMAT = 3
QUANTILES = 101


@dataclass(frozen=True, slots=True)
class About:
    """What made a rater, for people."""

    version: str  # of framesense
    data: str
    licence: str  # of the data, which binds what is learned from them
    ratings: int
    viewers: int  # who rated
    films: int  # that were rated
    tags: int
    looks: int
    seed: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rater:
    """Answers for any viewers and films; those it knows, by their ids."""

    about: About
    predictor: BlendedPredictor
    viewers: Viewers  # of the training data
    films: Films  # likewise; what they show is left out
    look_quantiles: Floats  # float64, (looks, QUANTILES), of the rated films' measures, ascending

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that it has learned from."""
        return self.predictor.content.encoding.tags

    @property
    def looks(self) -> tuple[str, ...]:
        """The measures of look that it has learned from."""
        return self.predictor.content.encoding.looks

    @property
    def rating_viewers(self) -> frozenset[str]:
        """Ids of those who rated in training."""
        return frozenset(self.predictor.warm.encoding.viewer_ids)

    @property
    def rated_films(self) -> frozenset[str]:
        """Ids of those that were rated in training."""
        return frozenset(self.predictor.warm.encoding.film_ids)

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions over levels 1 to 5, float64, (n, 5), for pairs (n,) of rows."""
        return self.predictor.predict(viewers, films, user, film)

    def save(self, folder: Path) -> None:
        """Raises OutputError."""
        parts = self.predictor
        saved = _Saved(
            format=FORMAT,
            about=self.about,
            viewers=self.viewers,
            films=self.films,
            look_quantiles=self.look_quantiles,
            warm=_slim(parts.warm),
            crowd=parts.crowd,
            content=_slim(parts.content),
            eye=parts.cold.eye,
            networks=tuple(Weights.of(network) for network in parts.cold.networks),
            linear=parts.linear,
            counts=parts.counts,
            film_ids=parts.film_ids,
            switch=np.array(parts.switch),
        )
        archive.save(saved, folder / "rater")


@dataclass(frozen=True, slots=True, eq=False)
class _Saved:
    """The layout of the folder."""

    format: int
    about: About
    viewers: Viewers
    films: Films
    look_quantiles: Floats
    warm: WarmPredictor
    crowd: CrowdPredictor
    content: WarmPredictor
    eye: Eye
    networks: tuple[Weights, ...]
    linear: LinearPredictor
    counts: Rows
    film_ids: tuple[str, ...]
    switch: Floats


def train(
    data: RatingSet, *, model: Blended | None = None, seed: int = 0, show: Show = silent
) -> tuple[Rater, Rehearsal]:
    """A rater of all of `data.ratings`, and how right a smaller one was.

    Raises InputError for fewer than two ratings, DeviceError when a library is not installed or a
    process ends that should train.
    """
    predictor, rehearsal = (model or Blended()).rehearse_and_fit(data, seed=seed, show=show)
    watched = data.films.content
    about = About(
        version=__version__,
        data=data.name,
        licence=data.licence,
        ratings=len(data.ratings),
        viewers=len(np.unique(data.ratings.user)),
        films=len(np.unique(data.ratings.film)),
        tags=len(watched.tags) if watched else 0,
        looks=len(watched.looks) if watched else 0,
        seed=seed,
        notes=data.notes,
    )
    rater = Rater(
        about,
        predictor,
        viewers=data.viewers,
        films=replace(data.films, content=None),
        look_quantiles=_quantiles(data),
    )
    return rater, rehearsal


def load(folder: Path) -> Rater:
    """Raises InputError when the folder is missing, damaged or of another format."""
    saved = archive.load(_Saved, folder / "rater", version=FORMAT)
    sizes = saved.eye.sizes()
    try:
        networks = tuple(weights.network(sizes) for weights in saved.networks)
    except RuntimeError as error:  # torch's, of shapes that do not fit
        raise InputError(f"{folder}: damaged network", remedy="train again") from error
    predictor = BlendedPredictor(
        warm=saved.warm,
        crowd=saved.crowd,
        content=saved.content,
        cold=ColdPredictor(saved.eye, networks),
        linear=saved.linear,
        counts=saved.counts,
        film_ids=saved.film_ids,
        switch=(float(saved.switch[0]), float(saved.switch[1])),
    )
    return Rater(saved.about, predictor, saved.viewers, saved.films, saved.look_quantiles)


def _quantiles(data: RatingSet) -> Floats:
    """Of each measure over the films that were rated; NaN of one that no such film has."""
    watched = data.films.content
    if watched is None:
        return np.zeros((0, QUANTILES))
    columns = watched.look[np.unique(data.ratings.film)].T
    steps = np.linspace(0, 1, QUANTILES)
    known = [column[~np.isnan(column)] for column in columns]
    found = [np.quantile(k, steps) if len(k) else np.full(QUANTILES, np.nan) for k in known]
    return np.array(found).reshape(-1, QUANTILES)


def _slim(predictor: WarmPredictor) -> WarmPredictor:
    chains = [
        Chain(
            chain.w0,
            chain.w.astype(np.float16),
            chain.v.astype(np.float16),
            chain.cutpoints.astype(np.float16),
        )
        for chain in predictor.chains
    ]
    return WarmPredictor(predictor.encoding, tuple(chains), predictor.excess)
