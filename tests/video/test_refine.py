"""Refined labels: at the frame's size, along its edges, no class invented, nothing moved where there is no edge."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
from test_segment import LeftHalf

from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.refine import brightness, refine
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

SCALE = 4


def scene(shift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A bright disc on dark, (160, 240); labels and confidence at a quarter that see it `shift` small pixels aside."""
    y, x = np.mgrid[:160, :240]
    truth = (np.hypot(x - 120, y - 80) < 30).astype(np.uint8)
    guide = np.where(truth == 1, 200, 60).astype(np.uint8)
    small_y, small_x = (np.mgrid[:40, :60] + 0.5) * SCALE - 0.5
    far = np.hypot(small_x - 120 - SCALE * shift, small_y - 80) - 30
    likely = 1 / (1 + np.exp(far / SCALE))
    sure = np.rint(np.maximum(likely, 1 - likely) * 255).astype(np.uint8)
    return truth, guide, (likely > 0.5).astype(np.uint8), sure


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float(((a == 1) & (b == 1)).sum() / ((a == 1) | (b == 1)).sum())


def nearest(labels: np.ndarray) -> np.ndarray:
    return cv2.resize(labels, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_NEAREST_EXACT)


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.0])
def test_a_border_goes_to_the_edge_nearby(shift: float) -> None:
    truth, guide, labels, confidence = scene(shift)
    found, sure = refine(labels, confidence, guide)
    assert found.shape == sure.shape == guide.shape
    assert found.dtype == sure.dtype == np.uint8
    assert iou(found, truth) > 0.95
    assert iou(found, truth) > iou(nearest(labels), truth) + 0.02


def test_without_an_edge_the_border_stays_where_probability_is_half() -> None:
    _, guide, labels, confidence = scene(0.5)
    found, _ = refine(labels, confidence, np.full_like(guide, 90))
    assert iou(found, nearest(labels)) > 0.9
    assert int((found == 1).sum()) == pytest.approx(30**2 * np.pi, rel=0.1)  # a plain blur there


def test_no_class_is_invented_and_the_inside_stays() -> None:
    labels = np.full((40, 60), 3, np.uint8)
    labels[10:30, 20:40] = 7
    guide = np.random.default_rng(0).integers(0, 256, (161, 243), np.uint8)  # no whole scale
    found, sure = refine(labels, np.full_like(labels, 250), guide)
    assert set(np.unique(found)) == {3, 7}
    assert (found[70:90, 105:135] == 7).all()
    assert (found[:20] == 3).all()
    assert sure[80, 120] > 200


def test_three_classes_leave_no_gap() -> None:
    labels = np.ones((40, 60), np.uint8)
    labels[:, 30:], labels[25:] = 2, 3
    found, _ = refine(labels, np.full_like(labels, 120), np.full((160, 240), 90, np.uint8))
    assert set(np.unique(found)) == {1, 2, 3}


def test_at_the_frame_s_size_nothing_is_done() -> None:
    labels = np.ones((20, 30), np.uint8)
    assert refine(labels, labels, np.zeros((20, 30), np.uint8))[0] is labels


def test_a_job_measures_what_it_draws(tmp_path: Path) -> None:
    """The network says "left half"; the frame's edge is 3 pixels further right, and so is what is written."""
    frame = np.full((96, 128, 3), 30, np.uint8)
    frame[:, :67] = 220
    with VideoWriter(tmp_path / "in.mp4", 128, 96, fps=20, crf=1) as writer:
        for _ in range(3):
            writer.write(frame)
    config = SegmentConfig(video=tmp_path / "in.mp4", run="r", style="mask", refine=True, also=("mask_video",))
    result = segment(config, Unsure(), tmp_path / "out")
    ledger = pd.read_parquet(result.ledger)
    assert ledger.pixels.tolist() == [61 * 96, 67 * 96, 0] * 3
    with VideoReader(result.overlay) as overlay:
        red = next(iter(overlay)).image[48, :, 0]
    assert int((red > 127).sum()) == pytest.approx(67, abs=1)
    assert "refine" in result.stages


class Unsure(LeftHalf):
    """Less sure towards the border."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        labels, _ = super().predict(frames)
        likely = 1 / (1 + np.exp(-np.abs(np.arange(64) - 31.5) / 1.5))
        return labels, np.broadcast_to(np.rint(255 * likely).astype(np.uint8), labels.shape).copy()


def test_brightness_of_grey_is_itself() -> None:
    assert (brightness(np.full((4, 6, 3), 77, np.uint8)) == 77).all()
