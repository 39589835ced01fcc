"""The objects of one frame: connected regions of each class but the background, found in boxes for speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from segcore.knowledge.class_parts import ClassPart, Parts, class_parts

MIN_SHARE = 0.0002
"""Regions with less than this share of the frame are noise: about 20 × 20 pixels of a 1080p frame."""
MAX_A_CLASS = 100
"""Of more regions of one class in one frame, only the largest are kept."""


@dataclass(frozen=True)
class Component:
    """One connected region (8 neighbours) at network resolution.

    Attributes:
        class_id: its class.
        area: pixels.
        box: left, top, width, height.
        mask: (height, width) uint8, 0 or 255, within the box.
    """

    class_id: int
    area: int
    box: tuple[int, int, int, int]
    mask: np.ndarray


def find_components(
    labels: np.ndarray, classes: int, min_share: float = MIN_SHARE, parts: Parts | None = None
) -> list[Component]:
    """The objects of a frame, by class, the largest of each class first.

    Args:
        labels: (h, w) uint8, at network resolution.
        classes: how many; class 0 is the background and no object, labels beyond the classes are none either.
        min_share: regions with a smaller share of the frame are left out.
        parts: of the labels, where they are known already.
    """
    least = max(1.0, min_share * labels.size)
    parts = class_parts(labels) if parts is None else parts
    present = [c for c in range(1, classes) if c in parts and parts[c].pixels >= least]
    return [component for class_id in present for component in _of_class(class_id, parts[class_id], least)]


def _of_class(class_id: int, found: ClassPart, least: float) -> Iterator[Component]:
    if found.count == 1:
        yield Component(class_id, found.pixels, found.box, found.mask)
        return
    x, y, _, _ = found.box
    regions, stats = found.regions
    for number in np.argsort(-stats[:, cv2.CC_STAT_AREA], kind="stable")[:MAX_A_CLASS].tolist():
        left, top, wide, tall, area = stats[number].tolist()
        if area < least:
            return
        part = cv2.inRange(regions[top : top + tall, left : left + wide], number + 1, number + 1)
        yield Component(class_id, area, (x + left, y + top, wide, tall), part)


def component_map(components: list[Component], shape: tuple[int, ...]) -> np.ndarray:
    """Which object each pixel belongs to: (h, w) uint8, uint16 for more than 255, 0 where none, else the place in the
    list + 1."""
    numbers = np.zeros(shape[:2], np.min_scalar_type(len(components)))
    for number, component in enumerate(components, 1):
        x, y, width, height = component.box
        numbers[y : y + height, x : x + width][component.mask > 0] = number
    return numbers
