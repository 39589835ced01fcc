"""A frame of a camera in, the drawn frame and its shares out."""

from __future__ import annotations

import io
import json
import threading

import cv2
import numpy as np
import pytest
from PIL import Image

from pages.video.camera import HEIGHT, WIDTH, Drawer
from segcore.classes import ClassTable
from segcore.errors import InvalidImage


class LeftHalf:
    """Sees a mug in the left half; needs its lock held."""

    classes = ClassTable.of(["background", "mug"])
    backend = "left half"
    parallel = 1

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert self.lock.locked()
        assert frames.shape == (1, HEIGHT, WIDTH, 3)
        labels = np.zeros((1, HEIGHT, WIDTH), np.uint8)
        labels[:, :, : WIDTH // 2] = 1
        return labels, np.full_like(labels, 255)


@pytest.fixture
def drawer() -> Drawer:
    network = LeftHalf()
    return Drawer(network, network.lock, network.classes, "fill")


def jpeg(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (0, 0, 200)).save(out, "JPEG")
    return out.getvalue()


def test_the_frame_comes_back_drawn_with_its_shares(drawer: Drawer) -> None:
    answer = drawer(jpeg())
    drawn = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert drawn.shape == (HEIGHT, WIDTH, 3)
    left, right = drawn[HEIGHT // 2, WIDTH // 4].astype(int), drawn[HEIGHT // 2, 3 * WIDTH // 4].astype(int)
    assert left[0] > 80 > right[0], "the mug is tinted red"
    assert abs(right - (0, 0, 200)).max() < 12
    assert json.loads(answer.headers["X-Shares"]) == [0.5, 0.5]
    assert answer.kind == "image/jpeg"


@pytest.mark.parametrize("sent", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off", jpeg()[:600]])
def test_what_is_no_jpeg_is_refused(drawer: Drawer, sent: bytes) -> None:
    with pytest.raises(InvalidImage, match="JPEG"):
        drawer(sent)


def test_another_size_is_refused_before_it_is_decoded(drawer: Drawer) -> None:
    with pytest.raises(InvalidImage, match="Received: 1000×20"):
        drawer(jpeg(1000, 20))
