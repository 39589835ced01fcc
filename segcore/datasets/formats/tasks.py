"""Frames to be labelled, packed for an annotation tool, with what a network thinks of them where wanted.

- `cvat`: `images/`, `labels.json`, and with labels `annotations.zip`. Make a task from the images, paste
  labels.json under Labels, Raw, and upload annotations.zip as "Segmentation mask 1.1".
- `coco`: `images/` and `annotations/instances_default.json`, for any tool that reads COCO instances.

The finished masks are exported by the tool and added to the dataset; frames keep their names, so they find
their images again.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from segcore.classes import IGNORE, ClassTable
from segcore.datasets.formats.sink import ZipSink
from segcore.errors import DatasetError

TaskFormat = Literal["cvat", "coco"]


def write_task(
    frames: Sequence[Path],
    classes: ClassTable,
    out: Path,
    format: TaskFormat = "cvat",
    labels: Mapping[str, np.ndarray] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Pack frames for labelling.

    Args:
        frames: image files with different names.
        classes: what will be labelled; class 0 is the background.
        out: the ZIP to write; replaced in one step.
        format: for which tool.
        labels: by stem of a frame: (H, W) uint8 labels to begin with, of the frame's size; 255 is left open.
        on_progress: called with (frames packed, frames in all).

    Returns:
        `out`.

    Raises:
        DatasetError: no frames, two of one name, labels of another size, or an unknown format.
    """
    if format not in ("cvat", "coco"):
        raise DatasetError(f"Unknown format {format!r} of a labelling task.", fix="Known: cvat, coco.")
    stems = [frame.stem for frame in frames]
    if not frames or len(set(stems)) < len(stems):
        what = "no frames" if not frames else "frames of one name"
        raise DatasetError(f"A labelling task with {what}.", fix="Choose frames with names of their own.")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(out.name + ".new")
    try:
        with zipfile.ZipFile(fresh, "w") as archive:
            sink = ZipSink(archive)
            for done, frame in enumerate(frames, 1):
                sink.add_file(f"images/{frame.name}", frame)
                if on_progress:
                    on_progress(done, len(frames))
            given = {frame.stem: _checked(frame, labels) for frame in frames if labels and frame.stem in labels}
            if format == "cvat":
                _write_cvat(sink, classes, given)
            else:
                _write_coco(sink, frames, classes, given)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return out


def _checked(frame: Path, labels: Mapping[str, np.ndarray]) -> np.ndarray:
    found = labels[frame.stem]
    width, height = _size(frame)
    if found.shape != (height, width):
        raise DatasetError(
            f"{frame.name}: labels of {found.shape[1]}×{found.shape[0]}, the frame is {width}×{height}.",
            fix="Scale the labels to the frame.",
        )
    return found


def _size(frame: Path) -> tuple[int, int]:
    """(width, height) by the header."""
    with Image.open(frame) as picture:
        return picture.size


# --- CVAT -----------------------------------------------------------------------------------------------


def _write_cvat(sink: ZipSink, classes: ClassTable, given: Mapping[str, np.ndarray]) -> None:
    labels = [{"name": c.name, "color": c.color, "type": "any", "attributes": []} for c in classes if c.id]
    sink.add_bytes("labels.json", json.dumps(labels, ensure_ascii=False, indent=2).encode())
    if not given:
        return
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [f"{c.name.replace(':', ' ')}:{','.join(map(str, _cvat_rgb(classes, c.id)))}::" for c in classes]
        archive.writestr("labelmap.txt", "# label:color_rgb:parts:actions\n" + "\n".join(lines) + "\n")
        archive.writestr("ImageSets/Segmentation/default.txt", "".join(f"{stem}\n" for stem in given))
        table = _cvat_table(classes)
        for stem, found in given.items():
            archive.writestr(f"SegmentationClass/{stem}.png", _png(table[found]))
    sink.add_bytes("annotations.zip", inner.getvalue())


def _cvat_rgb(classes: ClassTable, class_id: int) -> tuple[int, int, int]:
    """CVAT calls black the background, whatever the dataset's colour of it."""
    return classes[class_id].rgb if class_id else (0, 0, 0)


def _cvat_table(classes: ClassTable) -> np.ndarray:
    table = classes.color_table()
    table[[0, IGNORE]] = 0
    return table


def _png(image: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG")
    return out.getvalue()


# --- COCO -----------------------------------------------------------------------------------------------


def _write_coco(sink: ZipSink, frames: Sequence[Path], classes: ClassTable, given: Mapping[str, np.ndarray]) -> None:
    images = []
    for number, frame in enumerate(frames, 1):
        width, height = _size(frame)
        images.append({"id": number, "file_name": frame.name, "width": width, "height": height})
    number_of = {Path(str(image["file_name"])).stem: int(str(image["id"])) for image in images}
    found = [a for stem, labels in given.items() for a in _coco_regions(number_of[stem], labels)]
    document = {
        "images": images,
        "categories": [{"id": c.id, "name": c.name, "supercategory": ""} for c in classes if c.id],
        "annotations": [{"id": number, **region} for number, region in enumerate(found, 1)],
    }
    sink.add_bytes("annotations/instances_default.json", json.dumps(document, ensure_ascii=False).encode())


def _coco_regions(image_id: int, labels: np.ndarray) -> Iterator[dict[str, Any]]:
    """Each connected region of a class as one annotation with a mask (RLE)."""
    import cv2
    from pycocotools import mask as coco_mask

    for class_id in np.unique(labels).tolist():
        if class_id in (0, IGNORE):
            continue
        count, regions = cv2.connectedComponents((labels == class_id).astype(np.uint8), connectivity=8)
        for region in range(1, count):
            rle = coco_mask.encode(np.asfortranarray(regions == region, dtype=np.uint8))
            yield {
                "image_id": image_id,
                "category_id": class_id,
                "segmentation": {"size": rle["size"], "counts": rle["counts"].decode()},
                "area": int(coco_mask.area(rle)),
                "bbox": coco_mask.toBbox(rle).tolist(),
                "iscrowd": 1,
            }
