"""`segcore results propose`: the frames of a segmented video that are packed hold the network's own answers."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import Result
from json_commands import invoke

from segcore import results
from segcore.batches.making import create_run
from segcore.classes import ClassTable
from segcore.cli.validation import validation_confusions
from segcore.cli.video_run import segment_in_run
from segcore.cli.video_settings import read_config
from segcore.corrections.opening import labels_of
from segcore.datasets.dataset import read_labels
from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.errors import RunError
from segcore.evaluation.metrics import evaluation
from segcore.inference.load import load_predictor
from segcore.models.registry import build
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.models.weights import save_weights
from segcore.pipeline.preprocess import Geometry
from segcore.pipeline.scaled_labels import labels_at
from segcore.runs.records import Run
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.region import Region
from segcore.video.writer import VideoWriter

CLASSES = ClassTable.of(["background", "mug", "car"])
FRAMES, START_S = 24, 0.5


@pytest.fixture(scope="module")
def video_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A segmented video of an untrained network, whose run kept four validation images one by one."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGCORE_HOME", str(home))
        store = RunStore(Settings.from_env())
        spec = ModelSpec(architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=96))
        keras.utils.set_random_seed(3)
        trained = store.create("train", config={"dataset": "none"}, name="trained")
        digest = save_weights(build(spec)[0], home / "best.npz")
        counted = evaluation(CLASSES.names, [(str(k), np.diag([80, 10 + k, 10])) for k in range(4)])
        with store.writer(trained.id) as writer:
            writer.put_file(MODEL_FILE, spec.model_dump_json().encode())
            writer.put_file(BEST_WEIGHTS, home / "best.npz")
            writer.put_file("evaluation.json", json.dumps(counted.as_json(every_image=True)).encode())
            writer.set_tags({SHA256_TAG: digest})
        clip = home / "clip.mp4"
        with VideoWriter(clip, 128, 72, fps=10) as writer_of_video:
            for number in range(FRAMES):
                frame = np.full((72, 128, 3), 60, np.uint8)
                frame[20:50, 4 * number : 4 * number + 30] = (200, 8 * number, 40)
                writer_of_video.write(frame)
        config = read_config({"video": str(clip), "run": "trained", "start_s": START_S})
        run = create_run(store, config, name="result")
        segment_in_run(store, run, config, quiet=True)
        yield store.get(run.id)


def propose(*arguments: str) -> Result:
    return invoke("results", "propose", *arguments)


def unpacked(task: Path, format_name: str, folder: Path) -> Path:
    """What the annotation tool gives back unchanged: for CVAT its masks with the images beside."""
    if format_name == "coco":
        return task
    with zipfile.ZipFile(task) as archive, zipfile.ZipFile(io.BytesIO(archive.read("annotations.zip"))) as labels:
        labels.extractall(folder)
        for name in archive.namelist():
            if name.startswith("images/"):
                (folder / "JPEGImages").mkdir(exist_ok=True)
                (folder / "JPEGImages" / Path(name).name).write_bytes(archive.read(name))
    return folder


def test_validation_images_of_the_run_give_error_bars(video_run: Run) -> None:
    store = RunStore(Settings.from_env())
    found = validation_confusions(store, str(video_run.parent))
    assert found is not None
    assert found.shape == (4, 3, 3)
    assert {"areas.parquet", "areas.csv", "stability.parquet", "certainty.parquet"} <= set(store.files(video_run.id))
    summary = json.loads(store.file(video_run.id, "summary.json").read_text())
    assert summary["areas"]["validation_images"] == 4


@pytest.mark.usefixtures("video_run")
@pytest.mark.parametrize("format_name", ["cvat", "coco"])
def test_a_task_holds_what_the_network_says_of_its_frames(tmp_path: Path, format_name: str) -> None:
    out = tmp_path / "task.zip"
    done = propose("result", "--count", "4", "--format", format_name, "--out", str(out))
    assert done.exception is None, done.exception
    said = json.loads(done.stdout.strip().splitlines()[-1])
    frames = {frame["name"]: frame for frame in said["frames"]}
    assert len(frames) == 4
    for name, frame in frames.items():  # numbered in the whole video, wherever the segmented part begins
        assert name == f"clip_f{round(frame['time_s'] * 10):06d}.jpg"
        assert frame["frame"] == round((frame["time_s"] - START_S) * 10)
        assert frame["reasons"]
    store = DatasetStore(Settings.from_env())
    store.import_path(unpacked(out, format_name, tmp_path / "back"), f"back-{format_name}")
    dataset = store.open(f"back-{format_name}")
    network = load_predictor(RunStore(Settings.from_env()), "trained")
    assert {pair.stem for pair in dataset.pairs} == {Path(name).stem for name in frames}
    for pair in dataset.pairs:
        given, back = labels_at(network.scores(read_image(pair.image)[None])[0], (72, 128)), read_labels(pair)
        names = np.array([CLASSES.names.index(c.name) for c in dataset.classes])
        np.testing.assert_array_equal(names[back], given)


def test_around_a_region_labels_are_left_open() -> None:
    class Ones:
        def scores(self, frames: np.ndarray) -> np.ndarray:
            assert frames.shape == (1, 32, 40, 3)
            return np.stack([np.zeros((1, 8, 10)), np.ones((1, 8, 10))], axis=-1).astype(np.float32)

    labels = labels_of(Ones(), np.zeros((72, 128, 3), np.uint8), Region(10, 20, 40, 32))  # type: ignore[arg-type]
    assert labels.shape == (72, 128)
    assert (labels[20:52, 10:50] == 1).all()
    assert (labels == 255).sum() == 72 * 128 - 32 * 40


@pytest.mark.usefixtures("video_run")
def test_what_has_no_certainty_is_told(tmp_path: Path) -> None:
    result = propose("trained", "--out", str(tmp_path / "task.zip"))
    assert isinstance(result.exception, RunError)
    assert "Segment the video again" in str(result.exception)
    assert not (tmp_path / "task.zip").exists()


@pytest.mark.usefixtures("video_run")
def test_a_report_of_a_run_and_of_its_folder(tmp_path: Path) -> None:
    done = invoke("report", "result", "--out", str(tmp_path / "out"))
    assert done.exception is None, done.exception
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert [Path(file).name for file in said["files"]] == ["report.html", "report.pdf"]
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "On 4 labelled frames that it did not learn from" in page
    assert "segcore segment clip.mp4 trained --out results --start 0.5" in page
    store = RunStore(Settings.from_env())
    folder = store.folder(store.get("result").id)
    done = invoke("report", str(folder), "--out", str(tmp_path / "again"), "--format", "html", "--cm-per-pixel", "0.1")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["report.html"]
    assert "On 4 labelled frames" in (tmp_path / "again" / "report.html").read_text("utf-8")


@pytest.mark.usefixtures("video_run")
def test_masks_that_are_packed_are_those_of_the_job(tmp_path: Path) -> None:
    out = tmp_path / "along.zip"
    done = invoke("results", "pack", "result", "--out", str(out), "--with", "tables", "--with", "masks")
    assert done.exception is None, done.exception
    found = results.load(out)
    counted = found.ledger.pivot(index="frame", columns="class_id", values="pixels").to_numpy()
    masks = list(found.masks())
    assert [one.frame for one in masks] == found.ledger["frame"].unique().tolist()
    assert [np.bincount(one.labels.ravel(), minlength=3).tolist() for one in masks] == counted.tolist()


@pytest.mark.usefixtures("video_run")
def test_what_cannot_be_reported_is_told(tmp_path: Path) -> None:
    for arguments, why in (
        (("report", "trained"), "is no result: it is a train run"),
        (("report", "nobody"), "no run 'nobody'"),
        (("report", "result", "--format", "docx"), "Received: docx"),
        (("report", "result", "--cm-per-pixel", "0"), "above 0"),
        (("results", "pack", "result", "--out", str(tmp_path / "x.zip"), "--with", "extras"), "Received: extras"),
    ):
        assert why in str(invoke(*arguments).exception)
