"""What a video job writes beside overlay and ledger, where it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from segcore.classes import ClassTable
from segcore.video.info import VideoInfo
from segcore.video.look import Look
from segcore.video.outputs.alpha_overlay import AlphaOverlay
from segcore.video.outputs.joining import joined
from segcore.video.outputs.mask_video import MaskVideo
from segcore.video.outputs.output import Output
from segcore.video.outputs.product import Product
from segcore.video.outputs.stills_zip import StillsZip

Extra = Literal["frames", "masks", "mask_video", "alpha_overlay"]
"""frames: every overlay as JPEG; masks: every mask as palette PNG; mask_video: masks as a lossless video;
alpha_overlay: what was drawn, transparent."""

EXTRA_FILES: dict[Extra, str] = {
    "frames": "frames.zip",
    "masks": "masks.zip",
    "mask_video": "masks.mov",
    "alpha_overlay": "overlay-alpha.webm",
}


def make_extra(kind: Extra, folder: Path, info: VideoInfo, classes: ClassTable, look: Look, shift: int) -> Output:
    """One of them, opened.

    Args:
        kind: which.
        folder: where its file goes.
        info: of the source.
        classes: of the network.
        look: of the overlay.
        shift: what is subtracted from frame times, in units of the source's time base.
    """
    path = folder / EXTRA_FILES[kind]
    if kind == "mask_video":
        return MaskVideo(path, info, classes, shift)
    if kind == "alpha_overlay":
        return AlphaOverlay(path, info, classes, look, shift)
    return StillsZip(path, kind, classes, (info.height, info.width))


def extra(kind: Extra, info: VideoInfo, classes: ClassTable, look: Look, shift: int) -> Product:
    """One of them, of a job; the arguments are those of `make_extra`."""
    return Product(lambda folder: make_extra(kind, folder, info, classes, look, shift), joined(EXTRA_FILES[kind]))
