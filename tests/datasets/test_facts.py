"""What is measured of a frame."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from small_dataset import write

from segcore.datasets.facts import count_objects, measure, perceptual_hash, raggedness


def _photo(seed: int = 0, size: tuple[int, int] = (240, 320)) -> np.ndarray:
    """(H, W, 3) uint8: soft blobs, as a photo has."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3)).astype(np.uint8)
    return cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC)


def _bits(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


def test_all_facts_of_a_frame(tmp_path: Path) -> None:
    image = _photo()
    labels = np.zeros((240, 320), np.uint8)
    labels[100:140, 200:260] = 3
    labels[:10] = 255
    file = write(tmp_path / "a.png", image)
    facts = measure(image, labels, file)
    assert facts["size"] == [320, 240]
    assert facts["pixels"] == {"0": 240 * 320 - 2400 - 3200, "3": 2400, "255": 3200}
    assert facts["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert facts["phash"] == perceptual_hash(image)
    assert (facts["objects"], facts["tiny"]) == ({"3": 1}, {})
    assert facts["thin"] == 0
    with pytest.raises(ValueError, match="labels of the image's size"):
        measure(image, labels[1:], file)


def test_hashes_see_the_picture_not_the_file() -> None:
    photo = _photo()
    seen = perceptual_hash(photo)
    assert len(seen) == 16
    ok, packed = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 40])
    assert ok
    assert _bits(seen, perceptual_hash(cv2.imdecode(packed, cv2.IMREAD_COLOR))) <= 4
    assert _bits(seen, perceptual_hash(cv2.resize(photo, (640, 480), interpolation=cv2.INTER_AREA))) <= 4
    assert _bits(seen, perceptual_hash(cv2.convertScaleAbs(photo, alpha=0.9, beta=5))) <= 4
    assert min(_bits(seen, perceptual_hash(_photo(i))) for i in range(1, 20)) > 12


def test_tiny_is_below_eight_pixels_at_network_size() -> None:
    labels = np.zeros((640, 640), np.uint8)
    labels[10:17, 10:17] = 1  # 7×7: tiny
    labels[100:108, 10:12] = 1  # 8 long: not
    labels[200:260, 200:260] = 2
    assert count_objects(labels, [0, 1, 2]) == ({"1": 2, "2": 1}, {"1": 1})
    large = np.kron(labels, np.ones((2, 2), np.uint8))  # twice the size: the same objects
    assert count_objects(large, [0, 1, 2]) == ({"1": 2, "2": 1}, {"1": 1})


def test_corners_join_objects_and_background_is_none() -> None:
    labels = np.array([[1, 0], [0, 1]], np.uint8)
    assert count_objects(labels, [0, 1]) == ({"1": 1}, {"1": 1})
    assert count_objects(np.full((4, 4), 255, np.uint8), [255]) == ({}, {})


def test_raggedness_by_hand() -> None:
    square = np.zeros((8, 8), np.uint8)
    square[2:6, 2:6] = 1
    assert raggedness(square) == (15, 0)  # 4 pixels a side that begin or end it, one of them for two sides
    speck = np.zeros((5, 5), np.uint8)
    speck[2, 2] = 1
    assert raggedness(speck) == (3, 1)
    rim = np.zeros((4, 9), np.uint8)
    rim[:, 4] = 1
    rim[:, 5:] = 2
    assert raggedness(rim) == (8, 4)
    ignored = rim.copy()
    ignored[rim == 1] = 255
    assert raggedness(ignored) == (0, 0)


def test_blurred_masks_are_ragged_and_clean_ones_are_not() -> None:
    """Three classes that touch; scaled with smoothing and rounded, a rim of the middle number lies between."""
    rows, columns = np.mgrid[:200, :200]
    clean = np.where((rows - 100) ** 2 + (columns - 100) ** 2 < 3600, 2, 0).astype(np.uint8)
    border, thin = raggedness(clean)
    assert thin < 0.02 * border
    border, thin = raggedness(cv2.GaussianBlur(clean, (3, 3), 0))
    assert thin > 0.1 * border
