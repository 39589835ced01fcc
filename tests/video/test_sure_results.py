"""What a video job says of certainty, stability and areas, with a predictor that needs no network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segcore.classes import ClassTable
from segcore.video.config import SegmentConfig
from segcore.video.segment import segment
from segcore.video.writer import VideoWriter

FRAMES, SHOT = 30, 18


class Flickering:
    """Labels a left half; every fifth frame it takes a block of the right half for it, unsurely."""

    classes = ClassTable.of(["background", "left", "never"])
    backend = "flickering"
    parallel = 1

    def __init__(self) -> None:
        self.calls = 0

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return (height, width)

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        labels = np.zeros((1, *frames.shape[1:3]), np.uint8)
        confidence = np.full_like(labels, 250)
        labels[..., :64] = 1
        if self.calls % 5 == 4:
            labels[:, 20:60, 80:110] = 1
            confidence[:, 20:60, 80:110] = 140
        self.calls += 1
        return labels, confidence


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that rests, then another one."""
    path = tmp_path_factory.mktemp("shots") / "shots.mp4"
    rng = np.random.default_rng(0)
    shots = [np.kron(rng.integers(lo, lo + 120, (12, 16, 3)), np.ones((8, 8, 1))).astype(np.uint8) for lo in (0, 130)]
    with VideoWriter(path, 128, 96, fps=10, crf=10) as writer:
        for number in range(FRAMES):
            writer.write(shots[number >= SHOT])
    return path


def result(video: Path, out: Path, validation: np.ndarray | None = None, **changes: int) -> dict[str, object]:
    return segment(SegmentConfig(video=video, run="r", **changes), Flickering(), out, validation=validation).summary  # type: ignore[arg-type]


def test_flicker_is_scored_and_a_cut_is_none(video: Path, tmp_path: Path) -> None:
    summary = result(video, tmp_path)
    table = pd.read_parquet(tmp_path / "stability.parquet")
    assert len(table) == FRAMES * 3
    left = table[table["class_id"] == 1].set_index("frame")["flicker"]
    block = 30 * 40
    assert np.isnan(left[0])
    assert np.isnan(left[SHOT])
    assert left[4] == pytest.approx(block / (64 * 96 + block), abs=0.01)
    assert left[5] == pytest.approx(left[4], abs=0.01)
    assert left[2] == 0
    assert table.loc[table["class_id"] == 2, "flicker"].isna().all()
    frames = pd.read_parquet(tmp_path / "certainty.parquet")
    assert np.flatnonzero(frames["cut"]).tolist() == [SHOT]
    assert frames["unsure"].gt(0).to_numpy().nonzero()[0].tolist() == [4, 9, 14, 19, 24, 29]
    assert (frames["smoothed"] == 0).all()
    facts = summary["stability"]
    assert facts["cuts_s"] == [SHOT / 10]  # type: ignore[index]
    assert facts["classes"]["never"] is None  # type: ignore[index]
    assert "smoothing" not in facts  # type: ignore[operator]
    assert json.loads((tmp_path / "summary.json").read_text())["stability"] == facts
    assert "areas" not in summary
    assert not (tmp_path / "areas.parquet").exists()
    assert "look" not in pd.read_csv(tmp_path / "certainty.csv").columns


def test_smoothing_changes_the_ledger_and_says_so(video: Path, tmp_path: Path) -> None:
    summary = result(video, tmp_path, smooth=True)
    ledger = pd.read_parquet(tmp_path / "ledger.parquet")
    pixels = ledger[ledger["class_id"] == 1].set_index("frame")["pixels"]
    assert (pixels == 64 * 96).sum() >= FRAMES - 1  # only the block right after the cut may stay
    facts = summary["stability"]
    assert facts["flicker"] < 0.3 * facts["smoothing"]["flicker_before"]  # type: ignore[index]
    assert 0 < facts["smoothing"]["pixels_changed"] < 0.05  # type: ignore[index]
    table = pd.read_parquet(tmp_path / "stability.parquet")
    left = table[(table["class_id"] == 1) & (table["frame"] == 4)].iloc[0]
    assert left["flicker"] == 0
    assert left["flicker_before"] > 0.1


def test_chunks_stand_on_their_own(video: Path, tmp_path: Path) -> None:
    """So that a job that goes on computes as it did before; their tables become whole ones."""
    result(video, tmp_path, smooth=True, chunk_frames=10, validation=np.stack([np.diag([80, 20, 0])] * 3))
    table = pd.read_parquet(tmp_path / "stability.parquet")
    left = table[table["class_id"] == 1].set_index("frame")["flicker"]
    starts = left.index[left.isna()].tolist()
    assert 0 in starts
    assert len(starts) >= 3
    assert left.index.tolist() == list(range(FRAMES))
    certain = pd.read_parquet(tmp_path / "certainty.parquet")
    assert certain["frame"].tolist() == list(range(FRAMES))
    assert certain.loc[certain["frame"].isin(starts), "smoothed"].eq(0).all()
    areas, ledger = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("areas", "ledger"))
    assert areas[["frame", "class_id", "pixels"]].equals(ledger[["frame", "class_id", "pixels"]])


def test_nothing_is_looked_at_where_that_is_not_wanted(video: Path, tmp_path: Path) -> None:
    summary = result(video, tmp_path, stability=False)
    assert "stability" not in summary
    assert not list(tmp_path.glob("stability.*"))
    assert not list(tmp_path.glob("certainty.*"))


def test_areas_come_with_error_bars_where_validation_images_are_known(video: Path, tmp_path: Path) -> None:
    """Validation says: a fifth of what is "left" is not."""
    validation = np.stack([np.array([[80, 5 + k, 0], [0, 20, 0], [0, 0, 0]]) for k in (-1, 0, 0, 1)])
    summary = result(video, tmp_path, validation)
    assert summary["areas"] == {"validation_images": 4, "corrected": True}
    table = pd.read_parquet(tmp_path / "areas.parquet")
    assert len(table) == FRAMES * 3
    left = table[table["class_id"] == 1]
    assert (left["area_corrected"] < left["pixels"]).all()
    assert (left["area_low"] <= left["area_corrected"]).all()
    assert (left["area_corrected"] <= left["area_high"]).all()
    assert table.groupby("frame")["area_corrected"].sum().to_numpy() == pytest.approx(128 * 96, rel=1e-4)
    assert table.loc[table["class_id"] == 2, "area_low"].isna().all()
    pd.testing.assert_frame_equal(table, pd.read_csv(tmp_path / "areas.csv"), check_dtype=False, rtol=1e-5)
