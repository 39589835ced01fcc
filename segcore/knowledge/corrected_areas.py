"""Areas with error bars: what validation says of a network's areas, applied to every frame of a video.

**What is assumed stable** is P(predicted | true): how a class's pixels are answered. How much of each class there is
differs from frame to frame (objects come and go), and that is all that may differ between validation and video: a
prior shift (Saerens, Latinne & Decaestecker, "Adjusting the outputs of a classifier to new a priori probabilities",
Neural Computation 14, 2002). The other conditional, P(true | predicted), on which the error-adjusted areas of maps
rest (Card 1982; Olofsson et al., Remote Sensing of Environment 148, 2014), changes with how much there is: it would
give each class some pixels even on frames where it is not.

**The correction** finds the true shares t ≥ 0, Σt = 1, that are likeliest to be answered as the predicted shares p:
p ≈ t·M, M the confusion matrix with rows that sum to 1. It is the EM of Saerens et al. on pixel counts (Richardson's
and Lucy's iteration elsewhere): shares stay non-negative and keep their sum, and a class that was not predicted stays
absent. Where it does not bring images closer that were left out of M, areas are kept as they were predicted.

**The interval** is one for the single frame, not for a mean: validation images are drawn with replacement, M is made of
those drawn, and those not drawn say how far off the corrected areas were (out-of-bag errors, as in Kumar &
Srivastava, "Bootstrap prediction intervals in non-parametric regression", 2012). Errors sit at borders, whose length
grows with the root of the area, so they are kept over the root of the predicted share. The interval is the wider of
two: the middle 95 % of these errors, which knows their shape, and Student's prediction interval, which knows how few
they are. Where a class was not predicted, it is as much as it was at most on validation images where it was not.
Frames of another world than the validation images (other light, other objects) are outside of what this can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

LEVEL = 0.95
FEWEST_IMAGES = 3
"""With fewer images (of a class: that it was predicted in) there is no interval."""

_ROUNDS, _DONE = 100, 1e-7
_DRAWS, _CELLS = 300, 30_000
_SMALL = 0.1
"""Areas below this share of a class's mean area count as that large where errors are scaled."""


@dataclass(frozen=True)
class Areas:
    """Shares of the frame, each (F, C) float64; low and high are NaN where there is no interval."""

    corrected: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True)
class AreaModel:
    """What n validation images say of areas.

    Attributes:
        matrix: (C, C) float64, rows are the truth and sum to 1; the identity where nothing is corrected.
        images: how many images.
        corrects: whether correcting brought left-out images closer to their truth.
        floor: (C,) float64, the least share by which errors are scaled.
        errors: (2, C) float64, low and high error over the root of the predicted share; NaN: no interval.
        missed: (C,) float64, the largest share that a class may have where it was not predicted; NaN: no interval.
    """

    matrix: np.ndarray
    images: int
    corrects: bool
    floor: np.ndarray
    errors: np.ndarray
    missed: np.ndarray

    def apply(self, predicted: np.ndarray) -> Areas:
        """Correct frames.

        Args:
            predicted: (F, C) float64 shares of each frame.
        """
        corrected = unmixed(predicted, self.matrix) if self.corrects else predicted.astype(float)
        scale = np.sqrt(np.maximum(predicted, self.floor))
        seen = predicted > 0
        low = np.where(seen, corrected + self.errors[0] * scale, 0 * self.missed)  # 0, or not known
        high = np.where(seen, corrected + self.errors[1] * scale, self.missed)
        low, high = np.clip(low, 0, corrected), np.clip(high, corrected, predicted.sum(1, keepdims=True))
        return Areas(corrected, low, high)


def unmixed(predicted: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The shares that are likeliest to be answered as the predicted ones.

    Args:
        predicted: (F, C) float64, not negative.
        matrix: (C, C) float64, P(predicted | true), rows sum to 1.

    Returns:
        (F, C) float64, not negative, of the same sums.
    """
    found = predicted.astype(float)
    for _ in range(_ROUNDS):
        answered = found @ matrix
        ratio = np.divide(predicted, answered, out=np.zeros_like(found), where=answered > 0)
        before, found = found, found * (ratio @ matrix.T)
        if np.abs(found - before).max(initial=0.0) < _DONE:
            break
    return found


def learn_areas(confusions: np.ndarray, *, seed: int = 0) -> AreaModel:
    """What validation images say of areas.

    Args:
        confusions: (n, C, C) pixels of each image, rows are the truth; images may be of any sizes.
        seed: of the draws.
    """
    counts = np.asarray(confusions, float)
    shares = counts / np.maximum(counts.sum((1, 2), keepdims=True), 1.0)
    true, predicted = shares.sum(2), shares.sum(1)
    seen = predicted > 0
    floor = _SMALL * predicted.sum(0) / np.maximum(seen.sum(0), 1)
    image, left_out = _left_out(shares, seed)
    scale = np.sqrt(np.maximum(predicted, np.maximum(floor, 1e-12)))
    plain, errors = (true - predicted) / scale, (true[image] - left_out) / scale[image]
    corrects = len(image) > 0 and _size(errors, seen[image]) < _size(plain[image], seen[image])
    of, off = (image, errors) if corrects else (np.arange(len(counts)), plain)
    bounds = [_bounds(off[seen[of, c], c], int(seen[:, c].sum())) for c in range(counts.shape[1])]
    return AreaModel(
        matrix=rows_of(shares.sum(0)) if corrects else np.eye(counts.shape[1]),
        images=len(counts),
        corrects=corrects,
        floor=floor,
        errors=np.array(bounds).T,
        missed=_missed(true, seen),
    )


def rows_of(counts: np.ndarray) -> np.ndarray:
    """(C, C) counts with rows that sum to 1; a class that never was true is answered as itself."""
    totals = counts.sum(1, keepdims=True)
    return np.where(totals > 0, counts / np.where(totals > 0, totals, 1.0), np.eye(len(counts)))


def _left_out(shares: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images corrected by draws that do not hold them: their numbers (m,), and their shares (m, C)."""
    count, rng = len(shares), np.random.default_rng(seed)
    numbers, found = [np.zeros(0, np.int64)], [np.zeros((0, shares.shape[1]))]
    for _ in range(min(_DRAWS, max(30, _CELLS // max(1, count))) if count > 1 else 0):
        weights = np.bincount(rng.integers(0, count, count), minlength=count)
        out = np.flatnonzero(weights == 0)
        matrix = rows_of(np.tensordot(weights, shares, 1))
        numbers.append(out)
        found.append(unmixed(shares[out].sum(1), matrix))
    return np.concatenate(numbers), np.concatenate(found)


def _size(errors: np.ndarray, seen: np.ndarray) -> float:
    return float(np.abs(errors[seen]).mean()) if seen.any() else 0.0


def _bounds(errors: np.ndarray, images: int) -> tuple[float, float]:
    """Low and high error of one class: of `images` images, each of which may be there several times."""
    if images < FEWEST_IMAGES or len(errors) < FEWEST_IMAGES:
        return float("nan"), float("nan")
    tail = (1 - LEVEL) / 2
    reach = stdtrit(images - 1, 1 - tail) * errors.std() * np.sqrt((images + 1) / (images - 1))
    low, high = np.percentile(errors, [100 * tail, 100 * (1 - tail)])
    return float(min(low, errors.mean() - reach)), float(max(high, errors.mean() + reach))


def _missed(true: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """How much of each class there was at most where it was not predicted: (C,) shares."""
    found = np.zeros(true.shape[1])
    for class_id in range(true.shape[1]):
        unseen = true[~seen[:, class_id], class_id]
        if len(true) < FEWEST_IMAGES or not (true[:, class_id] > 0).any():
            found[class_id] = np.nan
        elif len(unseen):
            found[class_id] = np.quantile(unseen, (1 + LEVEL) / 2, method="higher")
    return found


def area_table(
    frames: Sequence[int], times: Sequence[float], pixels: np.ndarray, names: Sequence[str], model: AreaModel
) -> pd.DataFrame:
    """Areas of frames as rows, one a frame and class.

    Args:
        frames: F numbers.
        times: F seconds.
        pixels: (F, C) predicted pixels, at the frame's own size.
        names: C class names in id order.
        model: what validation says.

    Returns:
        frame, time_s, class_id, class, pixels, area_corrected, area_low, area_high: all areas in pixels of the frame,
        the bounds empty where there is no interval.
    """
    count = len(names)
    whole = np.maximum(pixels.sum(1, keepdims=True), 1).astype(float)
    areas = model.apply(pixels / whole)
    return pd.DataFrame(
        {
            "frame": np.repeat(np.array(frames, np.int32), count),
            "time_s": np.repeat(np.array(times, np.float64), count),
            "class_id": np.tile(np.arange(count, dtype=np.int16), len(frames)),
            "class": list(names) * len(frames),
            "pixels": pixels.ravel().astype(np.int64),
            "area_corrected": (areas.corrected * whole).ravel().astype(np.float32),
            "area_low": (areas.low * whole).ravel().astype(np.float32),
            "area_high": (areas.high * whole).ravel().astype(np.float32),
        }
    )
