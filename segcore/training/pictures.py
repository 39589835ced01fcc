"""The fixed validation frames of a training, epoch by epoch, in parts that can be laid over each other.

A run keeps, below `validation/`: `frames.json` (stem, width and height of each), `image-<k>.jpg`, `truth-<k>.png`, and
for every epoch `epoch-<NNNN>-<k>.png`, the predicted labels. Pages read them: no TensorFlow here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from pydantic import BaseModel, TypeAdapter, ValidationError

from segcore.classes import IGNORE, ClassTable
from segcore.errors import RunError
from segcore.pipeline.preprocess import resize_frame, resize_labels
from segcore.runs.store import RunStore

FOLDER = "validation"
FRAMES_FILE = f"{FOLDER}/frames.json"
LONGEST = 640
"""No side of a kept picture is longer."""

Layer = Literal["image", "truth", "prediction", "errors"]
"""What is shown of a frame: itself, the labels people made, those of the network, or where the two differ."""


@dataclass(frozen=True)
class FixedFrame:
    """A validation frame as it is kept with the run."""

    number: int
    """From 0, in the order of the validation part."""
    stem: str
    image: np.ndarray
    """(h, w, 3) uint8 RGB, no side longer than `LONGEST`."""
    truth: np.ndarray
    """(h, w) uint8, 255 where nothing is scored."""


@dataclass(frozen=True)
class ErrorKind:
    """One way of being wrong."""

    name: str
    color: str
    """"#rrggbb"; the three are told apart by every kind of eye (Okabe and Ito)."""
    meaning: str
    """With `{background}` for the name of class 0."""


ERROR_KINDS = (
    ErrorKind("missed", "#d55e00", "taken for {background}"),
    ErrorKind("invented", "#56b4e9", "truly {background}"),
    ErrorKind("mixed up", "#f0e442", "another class than it is"),
)
RIGHT, MISSED, INVENTED, MIXED_UP = range(4)
"""Values of `error_map`, beside 255 where nothing is scored."""


class _Size(BaseModel):
    stem: str
    width: int
    height: int


_SIZES = TypeAdapter(list[_Size])


# --- writing --------------------------------------------------------------------------------------------


def fixed_frame(number: int, stem: str, image: np.ndarray, truth: np.ndarray) -> FixedFrame:
    """A validation frame, made small enough to be kept, in the proportions of its mask.

    Args:
        number: from 0.
        stem: of its file.
        image: (h, w, 3) uint8, at any resolution.
        truth: (H, W) uint8, at the mask's own.
    """
    scale = min(1.0, LONGEST / max(truth.shape))
    size = (max(1, round(truth.shape[0] * scale)), max(1, round(truth.shape[1] * scale)))
    return FixedFrame(number, stem, resize_frame(image, size), resize_labels(truth, size))


def frame_files(frames: Sequence[FixedFrame]) -> dict[str, bytes]:
    """The files that are the same for all epochs: name → content; the list of frames comes last."""
    files: dict[str, bytes] = {}
    for frame in frames:
        files[f"{FOLDER}/image-{frame.number}.jpg"] = _encode(".jpg", frame.image[..., ::-1])
        files[f"{FOLDER}/truth-{frame.number}.png"] = _encode(".png", frame.truth)
    sizes = [_Size(stem=f.stem, width=f.truth.shape[1], height=f.truth.shape[0]) for f in frames]
    files[FRAMES_FILE] = _SIZES.dump_json(sizes, indent=1)
    return files


def epoch_files(epoch: int, frames: Sequence[FixedFrame], predictions: Sequence[np.ndarray]) -> dict[str, bytes]:
    """The files of one epoch: name → content.

    Args:
        epoch: from 1.
        frames: the fixed frames.
        predictions: labels (h, w) uint8 of each, at any resolution.
    """
    return {
        label_file(epoch, frame.number): _encode(".png", resize_labels(predicted, frame.truth.shape))
        for frame, predicted in zip(frames, predictions, strict=True)
    }


def label_file(epoch: int, number: int) -> str:
    """The name of a frame's predicted labels after an epoch."""
    return f"{FOLDER}/epoch-{epoch:04d}-{number}.png"


# --- reading --------------------------------------------------------------------------------------------


def fixed_frames(store: RunStore, run_id: str) -> list[FixedFrame]:
    """The validation frames that a run kept; none before its first epoch.

    Raises:
        RunError: the files are damaged.
    """
    if not store.has_file(run_id, FRAMES_FILE):
        return []
    try:
        sizes = _SIZES.validate_json(store.file(run_id, FRAMES_FILE).read_bytes())
    except ValidationError as error:
        raise RunError(f"The list of validation frames of run {run_id} is damaged: {error}") from error
    frames = []
    for number, size in enumerate(sizes):
        image = _read(store, run_id, f"{FOLDER}/image-{number}.jpg", cv2.IMREAD_COLOR_RGB)
        truth = _read(store, run_id, f"{FOLDER}/truth-{number}.png", cv2.IMREAD_GRAYSCALE)
        frames.append(FixedFrame(number, size.stem, image, truth))
    return frames


def epochs(store: RunStore, run_id: str) -> list[int]:
    """The epochs of which all frames were kept, ascending."""
    return complete_epochs(store.files(run_id, FOLDER))


def complete_epochs(files: Sequence[str]) -> list[int]:
    """The epochs that have as many label files as there are truths, ascending.

    Args:
        files: names of a run's files.
    """
    frames = sum(bool(re.search(r"/truth-\d+\.png$", name)) for name in files)
    found = [int(match[1]) for name in files if (match := re.search(r"/epoch-(\d+)-\d+\.png$", name))]
    return sorted(epoch for epoch in set(found) if found.count(epoch) == frames)


def labels(store: RunStore, run_id: str, epoch: int, number: int) -> np.ndarray:
    """The labels that the network gave a fixed frame after an epoch: (h, w) uint8.

    Raises:
        RunError: they were not kept, or the file is damaged.
    """
    return _read(store, run_id, label_file(epoch, number), cv2.IMREAD_GRAYSCALE)


# --- looking --------------------------------------------------------------------------------------------


def error_map(predicted: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Where and how a prediction is wrong: (h, w) uint8 of RIGHT, MISSED, INVENTED, MIXED_UP; 255 unscored.

    Args:
        predicted: (h, w) uint8.
        truth: (h, w) uint8, 255 where nothing is scored.
    """
    wrong = np.where(truth == 0, INVENTED, np.where(predicted == 0, MISSED, MIXED_UP))
    found = np.where(predicted == truth, RIGHT, wrong)
    return np.where(truth == IGNORE, IGNORE, found).astype(np.uint8)


def overlay(
    predicted: np.ndarray, truth: np.ndarray, classes: ClassTable, layer: Layer
) -> tuple[np.ndarray, np.ndarray]:
    """A layer as a picture with a palette, to be laid over the frame.

    Args:
        predicted: (h, w) uint8.
        truth: (h, w) uint8, 255 where nothing is scored.
        classes: their colours.
        layer: "image" gives a layer through which all shines.

    Returns:
        Codes (h, w) uint8, and the palette (256, 4) uint8 RGBA that they stand for.
    """
    palette = np.zeros((256, 4), np.uint8)
    if layer == "image":
        return np.zeros_like(truth), palette
    palette[IGNORE] = (120, 130, 130, 215)
    if layer == "errors":
        palette[RIGHT] = (0, 0, 0, 150)
        for code, kind in enumerate(ERROR_KINDS, MISSED):
            palette[code] = (*_rgb(kind.color), 235)
        return error_map(predicted, truth), palette
    for segclass in classes:
        # black would hide the frame: it darkens instead, as the background does in most datasets
        palette[segclass.id] = (*segclass.rgb, 128 if segclass.rgb == (0, 0, 0) else 170)
    return (truth if layer == "truth" else predicted), palette


def compose(
    image: np.ndarray, predicted: np.ndarray, truth: np.ndarray, classes: ClassTable, layer: Layer
) -> np.ndarray:
    """A frame with one layer over it.

    Args:
        image: (h, w, 3) uint8.
        predicted: (h, w) uint8, at any resolution.
        truth: (h, w) uint8, at any resolution, 255 where nothing is scored.
        classes: their colours.
        layer: see `Layer`; in "errors", what is right is dark, and `ERROR_KINDS` have their colours.

    Returns:
        (h, w, 3) uint8.
    """
    size = image.shape[:2]
    codes, palette = overlay(resize_labels(predicted, size), resize_labels(truth, size), classes, layer)
    color, opacity = palette[codes, :3].astype(np.float32), palette[codes, 3:].astype(np.float32) / 255
    return np.rint(image * (1 - opacity) + color * opacity).astype(np.uint8)


def error_legend(classes: ClassTable) -> list[tuple[str, str, str]]:
    """(name, "#rrggbb", meaning) of each kind of error, in the words of these classes."""
    background = classes[0].name if len(classes) else "background"
    return [(kind.name, kind.color, kind.meaning.format(background=background)) for kind in ERROR_KINDS]


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _encode(kind: str, pixels: np.ndarray) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, 90] if kind == ".jpg" else []
    done, data = cv2.imencode(kind, np.ascontiguousarray(pixels), options)
    assert done, kind
    return data.tobytes()


def _read(store: RunStore, run_id: str, name: str, how: int) -> np.ndarray:
    found = cv2.imdecode(np.fromfile(store.file(run_id, name), np.uint8), how)
    if found is None:
        raise RunError(f"{name} of run {run_id} is damaged.", fix="Look at another epoch.")
    return np.asarray(found)
