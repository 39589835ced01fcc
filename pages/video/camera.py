"""The camera of whoever looks, segmented while they look: the browser sends a frame, gets it drawn, sends the next.

Plain requests to the dashboard's own address, over whatever carries its pages. The network is the one that previews
use, one frame at a time for all visitors together; no thread of its own, no TensorFlow.
"""

from __future__ import annotations

import io
import json
import threading
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import streamlit as st
from PIL import Image

from pages.common import cached_media, serving
from pages.common.serving import Answer
from pages.common.widgets import legend, problem
from segcore.classes import ClassTable
from segcore.datasets.images import DECODE_ERRORS
from segcore.errors import InvalidImage, SegcoreError
from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.look import Look, Style
from segcore.video.overlay import draw_overlay

WIDTH, HEIGHT = 640, 360
"""What the browser sends, the middle of what its camera sees: one size, for which the network is prepared."""
DAMAGED = (*DECODE_ERRORS, Image.DecompressionBombError)
_QUALITY = 80

_HTML = """
<div class="camera">
  <div class="row"><button type="button"></button><span class="said"></span></div>
  <canvas></canvas>
</div>
"""

_CAMERA = st.components.v2.component(
    "segcore_camera",
    html=_HTML,
    css=Path(__file__).with_name("camera.css").read_text("utf-8"),
    js=Path(__file__).with_name("camera.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Drawer:
    """Draws on frames what a network sees there.

    Attributes:
        lock: held while the network works.
    """

    predictor: Predictor
    lock: threading.Lock
    classes: ClassTable
    style: Style

    def __call__(self, sent: bytes) -> Answer:
        """A JPEG in, a JPEG out, with the share of each class.

        Raises:
            InvalidImage: it is no JPEG, or not of the size that was asked for.
        """
        frame = read_jpeg(sent)
        with self.lock:
            labels, confidence = self.predictor.predict(frame[None])
        drawn = draw_overlay(frame, labels[0], self.classes, Look(style=self.style), confidence=confidence[0])
        measure = measure_frame(labels[0], confidence[0], frame.shape[:2], len(self.classes))
        shares = (measure.pixels / (frame.shape[0] * frame.shape[1])).round(4).tolist()
        _, picture = cv2.imencode(".jpg", drawn[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        return Answer(picture.tobytes(), "image/jpeg", {"X-Shares": json.dumps(shares)})


def read_jpeg(sent: bytes) -> np.ndarray:
    """A frame that a browser sent: (360, 640, 3) uint8 RGB.

    Raises:
        InvalidImage: it is no JPEG, or of another size.
    """
    try:
        with Image.open(io.BytesIO(sent), formats=("JPEG",)) as picture:
            size = picture.size
            frame = np.asarray(picture.convert("RGB")) if size == (WIDTH, HEIGHT) else None
    except DAMAGED as error:
        raise InvalidImage("Expected a JPEG.") from error
    if frame is None:
        raise InvalidImage(f"Expected a frame of {WIDTH}×{HEIGHT}. Received: {size[0]}×{size[1]}.")
    return frame


def draw(model: Run, classes: ClassTable, style: Style) -> None:
    """Start, the picture, and how fast it is."""
    digest = model.tags.get(SHA256_TAG, "")
    try:
        with st.spinner("Preparing the network for the camera … (once)"):
            predictor, lock = cached_media.live_network_for(model.id, digest, HEIGHT, WIDTH)
    except SegcoreError as error:
        problem(error, "The camera's pictures cannot be segmented")
        return
    address = serving.answer_with(f"{model.id}-{digest}-{style}", Drawer(predictor, lock, classes, style))
    _CAMERA(
        key="live_camera",
        data={
            "address": address,
            "width": WIDTH,
            "height": HEIGHT,
            "classes": [{"id": c.id, "name": c.name} for c in classes if c.id],
        },
    )
    legend(c for c in classes if c.id)
    st.caption("Nothing is kept. Browsers give the camera to pages on https and on this very machine only.")
