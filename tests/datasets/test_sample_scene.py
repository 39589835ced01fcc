"""The sample scene: the same every time, masks that fit, every class to be seen, a video that plays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from segcore.datasets.sample.scene import CLASSES, SampleScene, sample_scene, write_labelled_frames
from segcore.datasets.store import DatasetStore


@pytest.fixture(scope="module")
def drawn() -> list[tuple[np.ndarray, np.ndarray]]:
    """Six frames of the scene."""
    return [sample_scene().draw(t) for t in (0.0, 5.0, 10.0, 15.0, 20.0, 27.0)]


def test_shapes_and_ids(drawn: list[tuple[np.ndarray, np.ndarray]]) -> None:
    for image, labels in drawn:
        assert (image.shape, image.dtype) == ((540, 960, 3), np.uint8)
        assert (labels.shape, labels.dtype) == ((540, 960), np.uint8)
        assert labels.max() < len(CLASSES)


def test_every_class_is_seen_and_most_is_background(drawn: list[tuple[np.ndarray, np.ndarray]]) -> None:
    counts = sum(np.bincount(labels.ravel(), minlength=len(CLASSES)) for _, labels in drawn)
    share = counts / counts.sum()
    assert (share[1:] > 0.003).all()
    assert 0.6 < share[0] < 0.95


@pytest.mark.parametrize(
    ("name", "channel", "other"), [("orange", 0, 2), ("leaf", 1, 0), ("marble", 2, 1), ("toy car", 0, 1)]
)
def test_masks_lie_on_their_objects(
    drawn: list[tuple[np.ndarray, np.ndarray]], name: str, channel: int, other: int
) -> None:
    class_id = CLASSES.names.index(name)
    colors = np.vstack([image[labels == class_id] for image, labels in drawn]).astype(int)
    assert (colors[:, channel] > colors[:, other]).mean() > 0.7


def test_the_camera_moves_and_the_drawing_repeats() -> None:
    scene = SampleScene()
    first, again, later = scene.draw(3.0), sample_scene().draw(3.0), scene.draw(3.5)
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[1] != later[1]).mean() > 0.01


def test_labelled_frames_import_without_a_problem(
    store: DatasetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segcore.datasets.sample.scene.LABELLED_FRAMES", 5)
    write_labelled_frames(tmp_path / "drawn")
    assert len(list((tmp_path / "drawn" / "images").iterdir())) == 5
    report = store.import_sample()
    assert (report.pairs, report.problems, report.classes) == (5, (), CLASSES)


def test_the_video_has_frames_and_sound(tmp_path: Path) -> None:
    import av

    from segcore.datasets.sample.video import write_video

    write_video(tmp_path / "v.mp4", seconds=1.0)
    with av.open(str(tmp_path / "v.mp4")) as video:
        assert video.streams.video[0].codec_context.name == "h264"
        assert video.streams.audio[0].codec_context.name == "aac"
        images = [f.to_ndarray(format="rgb24") for f in video.decode(video=0)]
    assert len(images) == 30
    truth = sample_scene().draw(24.0)[0]
    assert np.abs(images[0].astype(int) - truth).mean() < 6


def test_the_soundtrack_is_audible_and_not_clipped() -> None:
    from segcore.datasets.sample.video import RATE, soundtrack

    sound = soundtrack(2.0)
    assert sound.shape == (2 * RATE, 2)
    assert 0.2 < np.abs(sound).max() <= 1.0
    assert np.sqrt((sound**2).mean()) > 0.02


def test_the_video_is_made_once(store: DatasetStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def write_video(path: Path, on_progress: object) -> None:
        made.append(on_progress)
        path.write_bytes(b"video")

    monkeypatch.setattr("segcore.datasets.sample.video.write_video", write_video)
    assert store.sample_video() == store.sample_video()
    assert len(made) == 1
