"""How sure scores are: confidence intervals by the bootstrap over images.

Whole images are drawn again with replacement, for pixels of one image are not independent; the interval holds the
middle 95 % of what the drawn sets score (the percentile interval of Efron & Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13). Frames of one video resemble each other too: then the truth is less sure than this says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
LEVEL = 0.95
FEWEST_IMAGES = 3
"""A class that is in fewer images has no interval: drawn again, they would always say the same."""
_CELLS = 20_000_000


@dataclass(frozen=True)
class ImageCounts:
    """What the scores of n images are made of, each (n, C): pixels hit, true, predicted, and the boundary F.

    The F is NaN where a class has no boundary in an image.
    """

    hit: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    boundary: np.ndarray

    @property
    def images(self) -> int:
        """How many."""
        return len(self.hit)


MEASURES = ("iou", "dice", "precision", "recall", "boundary")
MEANS = {"miou": "iou", "dice": "dice", "boundary": "boundary"}
"""Mean → the measure it is the mean of, over classes; each also without the background."""


def class_scores(counts: ImageCounts, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of sets of images.

    Args:
        counts: of n images, C classes.
        weights: (B, n), how often each image is in each of B sets.

    Returns:
        Measure → (B, C) float64, NaN where a class is not in the set.
    """
    weights = weights.astype(np.float64)
    hit, true, predicted = (weights @ part for part in (counts.hit, counts.true, counts.predicted))
    there = ~np.isnan(counts.boundary)
    outlines = weights @ np.where(there, counts.boundary, 0.0)
    return {
        "iou": _share(hit, true + predicted - hit),
        "dice": _share(2 * hit, true + predicted),
        "precision": _share(hit, predicted),
        "recall": _share(hit, true),
        "boundary": _share(outlines, weights @ there),
    }


def mean_scores(scores: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Means over the classes that are there: name → (B,) float64; `…_foreground` without class 0."""
    means = {}
    for name, measure in MEANS.items():
        means[name] = _mean(scores[measure])
        means[f"{name}_foreground"] = _mean(scores[measure][:, 1:])
    return means


def intervals(counts: ImageCounts, *, seed: int = 0, resamples: int = RESAMPLES) -> dict[str, np.ndarray]:
    """95 % intervals of all measures of each class, and of the means.

    Args:
        counts: of n images, C classes.
        seed: of the draws.
        resamples: how many sets are drawn.

    Returns:
        Measure → (2, C) low and high, and "mean_" + mean → (2, 1); NaN where there are too few images.
    """
    drawn: dict[str, list[np.ndarray]] = {}
    for weights in _draws(counts.images, resamples, np.random.default_rng(seed)):
        scores = class_scores(counts, weights)
        means = {f"mean_{name}": values[:, None] for name, values in mean_scores(scores).items()}
        for name, values in (scores | means).items():
            drawn.setdefault(name, []).append(values.astype(np.float32))
    bounds = {name: _middle(np.concatenate(parts)) for name, parts in drawn.items()}
    rare = ((counts.true + counts.predicted) > 0).sum(0) < FEWEST_IMAGES
    for name, bound in bounds.items():
        if counts.images < FEWEST_IMAGES:
            bound[:] = np.nan
        elif not name.startswith("mean_"):
            bound[:, rare] = np.nan
    return bounds


def _draws(images: int, resamples: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """(b, n) draws with replacement, in parts that fit into memory."""
    step = max(1, min(resamples, _CELLS // max(1, images)))
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        index = rng.integers(0, images, (count, images)) + np.arange(count)[:, None] * images
        yield np.bincount(index.ravel(), minlength=count * images).reshape(count, images)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)


def _mean(values: np.ndarray) -> np.ndarray:
    there = ~np.isnan(values)
    return _share(np.where(there, values, 0.0).sum(1), there.sum(1))


def _middle(values: np.ndarray) -> np.ndarray:
    """(B, K) → (2, K): bounds of the middle 95 %, of the draws that have a value."""
    bounds = np.full((2, values.shape[1]), np.nan)
    edges = [50 * (1 - LEVEL), 50 * (1 + LEVEL)]
    for column in range(values.shape[1]):
        known = values[:, column][~np.isnan(values[:, column])]
        if known.size:
            bounds[:, column] = np.percentile(known, edges)
    return bounds
