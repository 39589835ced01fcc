"""Every frame as a picture, in one ZIP: overlays to look at, masks to work with."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from segcore.classes import ClassTable
from segcore.video.labelled import FinishedFrame
from segcore.video.planes import Planes

Stills = Literal["frames", "masks"]
"""frames: overlays as JPEG; masks: class ids as palette PNG, at the frame's size, which a dataset can be made of."""

_QUALITY = 92


class StillsZip:
    """See `Output`.

    Args:
        path: the .zip to write; replaced where it exists.
        kind: what it holds.
        classes: for the masks' palette and their list of names.
        size: (height, width) of the frames.
    """

    stage = "stills"

    def __init__(self, path: Path, kind: Stills, classes: ClassTable, size: tuple[int, int]) -> None:
        self.path, self.files = path, (path,)
        self._partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._zip = zipfile.ZipFile(self._partial, "w", zipfile.ZIP_STORED)  # pictures are compressed already
        self._kind, self._classes, self._size = kind, classes, size
        if kind == "masks":
            self._zip.writestr("classes.txt", "".join(f"{c.name}\n" for c in classes))

    def __enter__(self) -> StillsZip:
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`; names carry the frame's number."""
        if self._kind == "masks":
            self._zip.writestr(f"frame_{frame.index:06d}.png", self._mask(frame.mask(self._size)))
        else:
            self._zip.writestr(f"frame_{frame.index:06d}.jpg", _jpeg(frame.overlay))

    def _mask(self, labels: np.ndarray) -> bytes:
        image = Image.fromarray(labels)
        image.putpalette([value for c in self._classes for value in c.rgb])
        out = BytesIO()
        image.save(out, "PNG", compress_level=3)
        return out.getvalue()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()
        if kind is None:
            self._partial.replace(self.path)
        else:
            self._partial.unlink(missing_ok=True)


def _jpeg(overlay: Planes) -> bytes:
    bgr = cv2.cvtColor(overlay.rgb(), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
