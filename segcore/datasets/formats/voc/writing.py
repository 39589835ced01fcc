"""Write the folders that CVAT's "Segmentation mask" and Pascal VOC share."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image

from segcore.classes import IGNORE
from segcore.datasets.dataset import Dataset, read_labels
from segcore.datasets.formats import Progress
from segcore.datasets.formats.masks.raw_masks import Rgb
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.voc.labelmap import VOID


def write_class_folders(
    dataset: Dataset, sink: Sink, colors: Sequence[Rgb], *, as_colors: bool, on_progress: Progress | None
) -> None:
    """Write JPEGImages/, SegmentationClass/ and ImageSets/Segmentation/.

    Args:
        dataset: what is written.
        sink: where to.
        colors: a colour for each class.
        as_colors: RGB masks; else palette masks, whose index is the class.
        on_progress: called with (frames written, frames in all).
    """
    table = np.zeros((256, 3), np.uint8)
    table[: len(colors)] = colors
    table[IGNORE] = VOID
    for done, pair in enumerate(dataset.pairs, 1):
        labels = read_labels(pair)
        sink.add_file(f"JPEGImages/{pair.stem}{pair.image.suffix}", pair.image)
        sink.add_bytes(f"SegmentationClass/{pair.stem}.png", png(table[labels] if as_colors else labels, table))
        if on_progress:
            on_progress(done, len(dataset.pairs))
    for part, stems in parts_of(dataset):
        sink.add_bytes(f"ImageSets/Segmentation/{part}.txt", "".join(f"{stem}\n" for stem in stems).encode())


def parts_of(dataset: Dataset) -> Iterator[tuple[str, list[str]]]:
    """train, val and left_out with their stems, in the dataset's order; empty ones are passed over."""
    train, val = set(dataset.split.train), set(dataset.split.val)
    every = [pair.stem for pair in dataset.pairs]
    yield "train", [stem for stem in every if stem in train]
    yield "val", [stem for stem in every if stem in val]
    rest = [stem for stem in every if stem not in train and stem not in val]
    if rest:
        yield "left_out", rest


def png(pixels: np.ndarray, palette: np.ndarray | None = None) -> bytes:
    """A PNG of (H, W, 3) colours or of (H, W) labels, these with a palette (256, 3) where one is given."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if pixels.ndim == 2 and palette is not None:
        picture.putpalette(palette.ravel().tolist())
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return out.getvalue()
