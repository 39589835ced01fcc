"""Areas with error bars: what validation says of a network's areas, applied to every frame of a video.

How much of each class there is differs from frame to frame (objects come and go), and that is all that may differ
between validation and video. Of two corrections the one is used that brings images closer to their truth which were
left out of it, and none where neither does:

- **mixtures**: P(predicted | true) is stable, a prior shift (Saerens, Latinne & Decaestecker, "Adjusting the outputs of
  a classifier to new a priori probabilities", Neural Computation 14, 2002). The true shares t >= 0, sum(t) = 1, are
  found that are likeliest to be answered as the predicted shares p: p = t·M, M the confusion matrix with rows that sum
  to 1, by the EM of Saerens et al. on pixel counts (Richardson's and Lucy's iteration elsewhere). It knows which class
  is taken for which, and takes the background's pixels that are answered as a class for spread over all of it: an
  object that has become small is then corrected by as much as a large one. The other conditional, P(true | predicted),
  on which the error-adjusted areas of maps rest (Card 1982; Olofsson et al., Remote Sensing of Environment 148, 2014),
  would give each class some pixels even on frames where it is not.
- **borders**: outlines lie too far out or in, by as much as on validation images: t = p + b·root(p).

**The interval** is one for the single frame, not for a mean: validation images are drawn with replacement, M is made of
those drawn, and those not drawn say how far off the corrected areas were (out-of-bag errors, as in Kumar &
Srivastava, "Bootstrap prediction intervals in non-parametric regression", 2012). Errors sit at borders, whose length
grows with the root of the area, so they are kept over the root of the predicted share. The interval is the wider of
two: the middle 95 % of these errors, which knows their shape, and Student's prediction interval, which knows how few
they are: neighbouring frames of a video err alike, so they count as fewer (Bayley & Hammersley, "The 'effective'
number of independent observations in an autocorrelated time series", 1946). Where a class was not predicted, it is as
much as it was at most on validation images where it was not.
Frames of another world than the validation images (other light, other objects) are outside of what this can know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from segcore.knowledge.area_corrections import moved_borders, rows_of, unmixed

LEVEL = 0.95
FEWEST_IMAGES = 3
"""With fewer images (of a class: that it was predicted in) there is no interval."""

_DRAWS, _CELLS = 300, 30_000
Correction = Literal["none", "borders", "mixtures"]
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
        correction: what brought left-out images closest to their truth.
        matrix: (C, C) float64, the confusion matrix; rows are the truth and sum to 1.
        border: (C,) float64, mean of true - predicted over the root of the predicted share.
        images: how many images.
        floor: (C,) float64, the least share by which errors are scaled.
        errors: (2, C) float64, low and high error over the root of the predicted share; NaN: no interval.
        missed: (C,) float64, the largest share that a class may have where it was not predicted; NaN: no interval.
    """

    correction: Correction
    matrix: np.ndarray
    border: np.ndarray
    images: int
    floor: np.ndarray
    errors: np.ndarray
    missed: np.ndarray

    def apply(self, predicted: np.ndarray) -> Areas:
        """Correct frames.

        Args:
            predicted: (F, C) float64 shares of each frame.
        """
        corrected = _corrected(self.correction, predicted, self.matrix, self.border, self.floor)
        scale = np.sqrt(np.maximum(predicted, self.floor))
        seen = predicted > 0
        low = np.where(seen, corrected + self.errors[0] * scale, 0 * self.missed)  # 0, or not known
        high = np.where(seen, corrected + self.errors[1] * scale, self.missed)
        low, high = np.clip(low, 0, corrected), np.clip(high, corrected, predicted.sum(1, keepdims=True))
        return Areas(corrected, low, high)


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
    scale = np.sqrt(np.maximum(predicted, np.maximum(floor, 1e-12)))
    ways = {way: (of, (true[of] - found) / scale[of]) for way, (of, found) in _left_out(shares, floor, seed).items()}
    correction = min(ways, key=lambda way: _size(ways[way][1], seen[ways[way][0]]))  # of equals, the simplest
    (of, off), plain = ways[correction], ways["none"][1]
    bounds = [
        _bounds(off[seen[of, c], c], int(seen[:, c].sum()), independent(plain[seen[:, c], c]))
        for c in range(counts.shape[1])
    ]
    return AreaModel(
        correction=correction,
        matrix=rows_of(shares.sum(0)),
        border=_border(np.ones(len(counts)), true, predicted, floor),
        images=len(counts),
        floor=floor,
        errors=np.array(bounds).T,
        missed=_missed(true, seen),
    )


def _corrected(
    way: Correction, predicted: np.ndarray, matrix: np.ndarray, border: np.ndarray, floor: np.ndarray
) -> np.ndarray:
    if way == "mixtures":
        return unmixed(predicted, matrix)
    return moved_borders(predicted, border, floor) if way == "borders" else predicted.astype(float)


def _border(weights: np.ndarray, true: np.ndarray, predicted: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """(C,) mean of true - predicted over the root of the predicted share, of images where a class was predicted."""
    counted = weights[:, None] * (predicted > 0)
    off = (true - predicted) / np.sqrt(np.maximum(predicted, np.maximum(floor, 1e-12)))
    return (counted * off).sum(0) / np.maximum(counted.sum(0), 1e-12)


def _left_out(shares: np.ndarray, floor: np.ndarray, seed: int) -> dict[Correction, tuple[np.ndarray, np.ndarray]]:
    """Images corrected by draws that do not hold them: of each way, their numbers (m,), and their shares (m, C)."""
    count, rng = len(shares), np.random.default_rng(seed)
    true, predicted = shares.sum(2), shares.sum(1)
    numbers: list[np.ndarray] = []
    found: dict[Correction, list[np.ndarray]] = {"borders": [], "mixtures": []}
    for _ in range(min(_DRAWS, max(30, _CELLS // max(1, count))) if count > 1 else 0):
        weights = np.bincount(rng.integers(0, count, count), minlength=count)
        out = np.flatnonzero(weights == 0)
        matrix, border = rows_of(np.tensordot(weights, shares, 1)), _border(weights, true, predicted, floor)
        numbers.append(out)
        for way, kept in found.items():
            kept.append(_corrected(way, predicted[out], matrix, border, floor))
    ways: dict[Correction, tuple[np.ndarray, np.ndarray]] = {"none": (np.arange(count), predicted)}
    if any(len(one) for one in numbers):
        ways |= {way: (np.concatenate(numbers), np.concatenate(kept)) for way, kept in found.items()}
    return ways


def _size(errors: np.ndarray, seen: np.ndarray) -> float:
    return float(np.abs(errors[seen]).mean()) if seen.any() else 0.0


def independent(values: np.ndarray) -> float:
    """How many independent observations a series is worth: n·(1 - r)/(1 + r), r its correlation with its neighbour.

    Args:
        values: (n,) in their natural order.

    Returns:
        From FEWEST_IMAGES (or n, where that is less) to n.
    """
    count, off = len(values), values - values.mean() if len(values) else values
    power = float(off @ off)
    alike = max(0.0, float(off[1:] @ off[:-1]) / power) if power > 0 else 0.0
    return max(min(count, FEWEST_IMAGES), count * (1 - alike) / (1 + alike))


def _bounds(errors: np.ndarray, images: int, worth: float) -> tuple[float, float]:
    """Low and high error of one class: of `images` images, each of which may be there several times.

    Args:
        errors: (n,) over the root of the predicted share.
        images: how many images they come from.
        worth: how many independent ones these are worth.
    """
    if images < FEWEST_IMAGES or len(errors) < FEWEST_IMAGES:
        return float("nan"), float("nan")
    tail = (1 - LEVEL) / 2
    reach = stdtrit(worth - 1, 1 - tail) * errors.std() * np.sqrt((worth + 1) / (worth - 1))
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
