"""The tag-to-rating network: tokens of a viewer and of a film, mixed by residual convolutions.

A token is a vector: an embedding, or a weighted sum of embeddings. Two more are products of the
viewer's tokens with the film's, as in a factorisation machine. Convolutions run along the tokens.
Their mean gives a score s together with a line over the film's look, which has no tokens: what
films' looks tell is a line, and the convolutions learn the films themselves from them (wide beside
deep, Cheng et al. 2016; benchmarks/rating_visual.md). A level follows from

    P(level <= k) = sigmoid(c_k - s),    c_1 < … < c_4    (cumulative logit, McCullagh 1980)

with cutpoints c that depend on the viewer, as people use the scale differently.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from framesense.rating.seen import Sizes


class TagToRating(nn.Module):
    """Batches of a `Seen` in, log-probabilities (n, 5) out."""

    def __init__(self, sizes: Sizes, *, width: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.viewer = nn.Embedding(sizes.viewers + 1, width)
        self.history = nn.Linear(3 + sizes.genres, width)
        self.age = nn.Embedding(sizes.ages + 1, width)
        self.gender = nn.Embedding(sizes.genders + 1, width)
        self.occupation = nn.Embedding(sizes.occupations + 1, width)
        self.film = nn.Embedding(sizes.films + 1, width)
        self.year = nn.Embedding(sizes.years + 1, width)
        self.genres = nn.Linear(sizes.genres, width) if sizes.genres else None
        self.tags = nn.Linear(sizes.tags, width) if sizes.tags else None
        self.looks = nn.Parameter(torch.zeros(sizes.looks))
        tokens = 9 + (sizes.genres > 0) + (sizes.tags > 0)
        self.place = nn.Parameter(torch.randn(tokens, width) * 0.1)
        self.layers = nn.ModuleList(Residual(width, dropout) for _ in range(layers))
        self.score = nn.Linear(width, 1)
        self.cutpoints = nn.Linear(width, 4)
        for table in (self.viewer, self.age, self.gender, self.occupation, self.film, self.year):
            nn.init.normal_(table.weight, std=0.1)
        nn.init.zeros_(self.cutpoints.weight)
        with torch.no_grad():  # levels about equally wide at the start
            self.cutpoints.bias.copy_(torch.tensor([-2.5, 0.5, 0.5, 0.5]))

    def forward(self, seen: dict[str, Tensor]) -> Tensor:
        viewer = self._viewer_tokens(seen)
        shown = self._film_tokens(seen)
        film = self.film(seen["film"])
        person = torch.stack(viewer).sum(dim=0)
        content = torch.stack(shown).sum(dim=0)
        tokens = torch.stack([*viewer, *shown, film, person * content, person * film], dim=1)
        x = (tokens + self.place).transpose(1, 2)  # (n, width, tokens)
        for layer in self.layers:
            x = layer(x)
        score = self.score(x.mean(dim=2)) + (seen["looks"] @ self.looks).unsqueeze(1)
        below = torch.sigmoid(self._cutpoints(person) - score)  # (n, 4)
        below = nn.functional.pad(below, (1, 0), value=0.0)
        upto = nn.functional.pad(below, (0, 1), value=1.0)  # (n, 6)
        return upto.diff(dim=1).clamp(min=1e-6).log()

    def _viewer_tokens(self, seen: dict[str, Tensor]) -> list[Tensor]:
        return [
            self.viewer(seen["viewer"]),
            self.history(seen["history"]),
            self.age(seen["age"]),
            self.gender(seen["gender"]),
            self.occupation(seen["occupation"]),
        ]

    def _film_tokens(self, seen: dict[str, Tensor]) -> list[Tensor]:
        """Of what the film shows, its look apart."""
        tokens = [self.year(seen["year"])]
        if self.genres is not None:
            count = seen["genres"].sum(dim=1, keepdim=True).clamp(min=1)
            tokens.append(self.genres(seen["genres"] / count.sqrt()))
        if self.tags is not None:
            tokens.append(self.tags(seen["tags"]))
        return tokens

    def _cutpoints(self, person: Tensor) -> Tensor:
        """Ascending, (n, 4)."""
        first, steps = self.cutpoints(person).split([1, 3], dim=1)
        return torch.cat([first, first + nn.functional.softplus(steps).cumsum(dim=1)], dim=1)


class Residual(nn.Module):
    """x + dropout(relu(convolution(norm(x)))) along the tokens."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(1, width)
        self.convolution = nn.Conv1d(width, width, kernel_size=3, padding=1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        mixed: Tensor = self.dropout(torch.relu(self.convolution(self.norm(x))))
        return x + mixed
