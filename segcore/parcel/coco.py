"""The masks of a video as one COCO document: an image a frame, an annotation a frame and class. Streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any

import numpy as np
from pycocotools import mask as coco_mask

from segcore.classes import ClassTable
from segcore.knowledge.masks import OUTSIDE, FrameMask, run_lengths


def write_coco(
    out: IO[bytes],
    masks: Iterable[FrameMask],
    frames: Iterable[tuple[int, float]],
    classes: ClassTable,
    size: tuple[int, int],
    info: Mapping[str, Any],
    on_frame: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write the document; what is around a region, and the background, have no annotation.

    Args:
        out: takes UTF-8.
        masks: of every frame, in turn.
        frames: (number, seconds) of each; an image's id is its number + 1, its file name that of `--also frames`.
        classes: categories, with the class's id; without the background.
        size: (height, width) of the frames.
        info: of the document.
        on_frame: called with the number of frames that are written.
    """
    images = [
        {"id": number + 1, "file_name": f"frame_{number:06d}.jpg", "height": size[0], "width": size[1], "time_s": time}
        for number, time in frames
    ]
    categories = [{"id": c.id, "name": c.name, "supercategory": "", "color": list(c.rgb)} for c in classes if c.id]
    head = {"info": dict(info), "licenses": [], "categories": categories, "images": images}
    out.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "annotations": [')
    before, made = b"\n", 0
    for done, mask in enumerate(masks, 1):
        for row in regions(mask.labels):
            made += 1
            text = json.dumps({"id": made, "image_id": mask.frame + 1} | row, separators=(",", ":"))
            out.write(before + text.encode())
            before = b",\n"
        on_frame(done)
    out.write(b"\n]}\n")


def regions(labels: np.ndarray) -> Iterable[dict[str, Any]]:
    """One a class that is there: category_id, segmentation, area, bbox, iscrowd.

    Args:
        labels: (H, W) uint8.
    """
    size = list(labels.shape)
    for class_id, counts in run_lengths(labels).items():
        if class_id in (0, OUTSIDE):
            continue
        packed: Any = {"size": size, "counts": counts.encode()}
        yield {
            "category_id": class_id,
            "segmentation": {"size": size, "counts": counts},
            "area": int(coco_mask.area(packed)),
            "bbox": coco_mask.toBbox(packed).tolist(),
            "iscrowd": 0,
        }
