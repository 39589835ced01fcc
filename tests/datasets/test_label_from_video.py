"""The whole way of labelling: choose frames of a video, pack a task, label, and take the masks back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_dataset import write

from segcore.classes import ClassTable
from segcore.datasets.dataset import read_labels
from segcore.datasets.formats.tasks import TaskFormat, write_task
from segcore.datasets.store import DatasetStore
from segcore.video.choose import choose_frames
from segcore.video.extract import extract_frames
from segcore.video.writer import VideoWriter

CLASSES = ClassTable.of(["background", "ball", "table"], ["#000000", "#ff0000", "#00ff00"])


def frame(number: int) -> np.ndarray:
    """A red ball that rolls over a green table."""
    image = np.full((48, 64, 3), (40, 40, 60), np.uint8)
    image[30:] = (30, 160, 40)
    image[20:32, number : number + 12] = (220, 30, 20)
    return image


def painted(path: Path) -> np.ndarray:
    """What a person would label on a frame: by its colours, one unsure pixel left open."""
    with Image.open(path) as picture:
        red, green, _ = np.asarray(picture.convert("RGB")).transpose(2, 0, 1).astype(int)
    return np.where(red > 130, 1, np.where(green > 100, 2, 0)).astype(np.uint8)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "rolling.mp4"
    with VideoWriter(path, 64, 48, fps=25, crf=5) as writer:
        for number in range(50):
            writer.write(frame(number))
    return path


def exported(task: Path, format_name: TaskFormat, folder: Path) -> Path:
    """What the tool gives back: for COCO the task itself; for CVAT its labels with the images beside."""
    if format_name == "coco":
        return task
    with zipfile.ZipFile(task) as archive, zipfile.ZipFile(io.BytesIO(archive.read("annotations.zip"))) as labels:
        labels.extractall(folder)
        for name in archive.namelist():
            if name.startswith("images/"):
                (folder / "JPEGImages").mkdir(exist_ok=True)
                (folder / "JPEGImages" / Path(name).name).write_bytes(archive.read(name))
    return folder


@pytest.mark.parametrize("format_name", ["cvat", "coco"])
def test_masks_of_a_task_come_into_the_dataset(
    store: DatasetStore, tmp_path: Path, video: Path, format_name: TaskFormat
) -> None:
    for number in range(4):
        write(tmp_path / "in" / "images" / f"first_{number}.png", frame(number * 9))
        write(
            tmp_path / "in" / "masks" / f"first_{number}.png",
            painted(tmp_path / "in" / "images" / f"first_{number}.png"),
        )
    (tmp_path / "in" / "classes.txt").write_text("background\nball\ntable\n")
    store.import_path(tmp_path / "in", "d")
    files = extract_frames(video, choose_frames(video, 3, "different"), tmp_path / "frames")
    labels = {file.stem: painted(file) for file in files}
    task = write_task(files, CLASSES, tmp_path / "task.zip", format_name, labels)
    report = store.add("d", exported(task, format_name, tmp_path / "labelled"))
    dataset = store.open("d")
    assert (report.problems, len(dataset.pairs), dataset.classes.names) == ((), 7, CLASSES.names)
    back = {pair.stem: read_labels(pair) for pair in dataset.pairs}
    for stem, true in labels.items():
        np.testing.assert_array_equal(back[stem], true)
    assert {stem for stem in back if stem.startswith("rolling_f")} == set(labels)
