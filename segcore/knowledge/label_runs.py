"""Stretches of one label, column by column: a frame in a thousand numbers, found once for all who count in them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class LabelRuns:
    """Where labels change, going down column after column; a run may go on at the top of the next column.

    Attributes:
        begins, ends: (n,) int64, places in the columns put one after the other; each begins where the last one ends.
        labels: (n,) uint8.
        height: of the frame: place // height is the column, place % height the row.
    """

    begins: np.ndarray
    ends: np.ndarray
    labels: np.ndarray
    height: int

    @classmethod
    def of(cls, labels: np.ndarray) -> LabelRuns:
        """Of a frame's labels, (h, w) uint8."""
        line = cv2.transpose(labels).reshape(-1)
        begins = np.concatenate(([0], np.flatnonzero(line[1:] != line[:-1]) + 1))
        return cls(begins, np.append(begins[1:], line.size), line[begins], labels.shape[0])

    def boxes(self) -> dict[int, tuple[int, tuple[int, int, int, int]]]:
        """Label → how many pixels, and left, top, width, height of what holds them all."""
        order = np.argsort(self.labels, kind="stable")
        begins, last, labels = self.begins[order], self.ends[order] - 1, self.labels[order]
        columns, last_columns = begins // self.height, last // self.height
        goes_on = columns != last_columns
        rows = np.where(goes_on, 0, begins - columns * self.height)
        last_rows = np.where(goes_on, self.height - 1, last - last_columns * self.height)
        of_label = np.concatenate(([0], np.flatnonzero(labels[1:] != labels[:-1]) + 1))
        pixels = np.add.reduceat(last + 1 - begins, of_label)
        left, top = np.minimum.reduceat(columns, of_label), np.minimum.reduceat(rows, of_label)
        width = np.maximum.reduceat(last_columns, of_label) + 1 - left
        height = np.maximum.reduceat(last_rows, of_label) + 1 - top
        boxes = zip(*(side.tolist() for side in (left, top, width, height)), strict=True)
        return dict(zip(labels[of_label].tolist(), zip(pixels.tolist(), boxes, strict=True), strict=True))
