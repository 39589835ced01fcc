"""Small labelled frames for tests."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (12, 16)
"""(height, width) of the frames."""


def labels(number: int = 0, classes: int = 3) -> np.ndarray:
    """(12, 16) uint8: stripes of all classes, shifted by the frame's number."""
    columns = np.arange(SIZE[1])[None] + np.arange(SIZE[0])[:, None] // 4 + number
    return (columns // 4 % classes).astype(np.uint8)


def picture(number: int = 0) -> np.ndarray:
    """(12, 16, 3) uint8: noise that differs from frame to frame."""
    return np.random.default_rng(number).integers(0, 256, (*SIZE, 3), np.uint8)


def write(path: Path, pixels: np.ndarray) -> Path:
    """Save pixels by the suffix of `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_folder(root: Path, count: int = 4, classes: int = 3, suffix: str = ".png") -> Path:
    """A folder of pairs f_0, f_1, … with index masks."""
    for number in range(count):
        write(root / "images" / f"f_{number}{suffix}", picture(number))
        write(root / "masks" / f"f_{number}.png", labels(number, classes))
    return root


def pack(root: Path, target: Path, inside: str = "") -> Path:
    """Zip a folder, optionally below a folder of the archive."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(root.rglob("*")):
            archive.write(path, inside + path.relative_to(root).as_posix())
    return target
