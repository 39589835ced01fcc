"""What a network says of a frame, at the size of its mask: every figure of a report starts here."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.pipeline.scaled_labels import labels_at


@dataclass(frozen=True)
class Answer:
    """Labels (H, W) uint8, and confidence (H, W) uint8: the probability of the best class × 255."""

    labels: np.ndarray
    confidence: np.ndarray


def probabilities(scores: np.ndarray, output: str) -> np.ndarray:
    """A network's outputs as probabilities.

    Args:
        scores: (..., C) float32.
        output: "logits" (softmax over classes) or "sigmoid" (they are probabilities already).

    Returns:
        (..., C) float32 in [0, 1].
    """
    if output == "sigmoid":
        return np.clip(scores, 0.0, 1.0)
    grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def answer(scores: np.ndarray, output: str, size: tuple[int, int]) -> Answer:
    """A network's answer for one frame.

    Args:
        scores: (h, w, C) float32 at network resolution; they are scaled, then compared. Confidence is taken at
            network resolution and scaled.
        output: as for `probabilities`.
        size: (height, width) of the mask.
    """
    best = probabilities(scores, output).max(axis=-1)
    confidence = np.rint(best * 255).astype(np.uint8)
    if confidence.shape != size:
        confidence = cv2.resize(confidence, size[::-1], interpolation=cv2.INTER_LINEAR)
    return Answer(labels_at(scores, size), confidence)
