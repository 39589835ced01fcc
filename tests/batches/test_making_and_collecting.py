"""Runs of a batch are made once; its results leave as one ZIP and one table."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from segcore.batches import archive
from segcore.batches.batch import Batch, open_batch
from segcore.batches.making import complaint, create_batch, try_again, video_name, without_marks
from segcore.batches.tables import classes, videos
from segcore.errors import DiskFull, RunError, RunNotFound
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings
from segcore.video.config import SegmentConfig


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """With one training, "trained"."""
    made = RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))}))
    made.create("train", config={}, name="trained", dataset="desk")
    return made


def configs(*names: str) -> list[SegmentConfig]:
    return [SegmentConfig(video=Path("/nowhere") / name, run="trained", style="fill") for name in names]


def finish(store: RunStore, run: Run, frames: int) -> None:
    """A result of so many frames, with one class."""
    folder = store.folder(run.id)
    assert folder is not None
    rows = {"frame": range(frames), "time_s": [f / 10 for f in range(frames)], "class_id": 1, "class": "mug"}
    pd.DataFrame(rows).to_parquet(folder / "ledger.parquet", index=False)
    pd.DataFrame(rows).to_csv(folder / "ledger.csv", index=False)
    summary = {
        "frames": frames, "seconds": 2.0, "fps": frames / 2, "warnings": ["Odd."],
        "video": {"duration_s": frames / 10, "width": 64, "height": 48},
        "classes": [{"class_id": 1, "class": "mug", "frames": frames, "mean_share": 0.25, "color": "#ff0000"}],
    }  # fmt: skip
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "overlay.mp4").write_bytes(bytes([frames]) * 5000)
    (folder / "preview.jpg").write_bytes(b"not a result")
    store.set_state(run.id, RunState.FINISHED)


def mixed(store: RunStore, batch_id: str) -> Batch:
    """Two results of equal names and a broken video between them."""
    first, broken, last = create_batch(store, configs("clip.mp4", "broken.mp4", "clip.mp4"), batch_id)
    finish(store, first, 3)
    finish(store, last, 5)
    store.set_state(broken.id, RunState.FAILED, "It holds no frames.")
    return open_batch(store, batch_id)


def test_a_second_click_makes_no_second_batch(store: RunStore) -> None:
    made: list[tuple[str, int]] = []
    runs = create_batch(store, configs("a.mp4", "b.mp4"), "b1", lambda run, done: made.append((run.name, done)))
    assert made == [("a", 1), ("b", 2)]
    assert [run.id for run in create_batch(store, configs("a.mp4", "b.mp4"), "b1")] == [run.id for run in runs]
    assert [run.id for run in open_batch(store, "b1").runs] == [run.id for run in runs]
    assert {(run.parent, run.dataset, run.params["run"]) for run in runs} == {
        (store.get("trained").id, "desk", "trained")
    }


def test_what_was_begun_is_completed(store: RunStore) -> None:
    """A dashboard that died half-way through leaves a part of the batch; the click after it makes the rest."""
    (first,) = create_batch(store, configs("a.mp4"), "b2")
    runs = create_batch(store, configs("a.mp4", "b.mp4"), "b2")
    assert runs[0].id == first.id
    assert len(open_batch(store, "b2").runs) == 2


def test_a_failed_video_is_tried_again_once_in_its_place(store: RunStore) -> None:
    first, second = create_batch(store, configs("a.mp4", "b.mp4"), "b3")
    store.set_state(first.id, RunState.FAILED, "broken")
    again = try_again(store, store.get(first.id))
    assert try_again(store, store.get(first.id)).id == again.id
    assert [run.id for run in open_batch(store, "b3").runs] == [again.id, second.id]
    assert store.config(again.id) == store.config(first.id)
    with pytest.raises(RunError, match="queued"):
        try_again(store, again)


def test_an_unknown_batch_is_named(store: RunStore) -> None:
    with pytest.raises(RunNotFound, match="nothing"):
        open_batch(store, "nothing")


def test_one_zip_with_a_folder_a_video_and_the_tables_of_all(store: RunStore, tmp_path: Path) -> None:
    batch, told = mixed(store, "c1"), []
    target, *tables = archive.collect(store, batch, tmp_path / "out", lambda done, total: told.append((done, total)))
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "batch-c1.zip", "classes.csv", "ledger.csv", "ledger.parquet", "videos.csv"
    ]  # fmt: skip
    assert {p.name for p in tables} | {target.name} == {p.name for p in (tmp_path / "out").iterdir()}
    names = [run.name for run in batch.finished]
    with zipfile.ZipFile(target) as packed:
        assert packed.testzip() is None
        assert {n for n in packed.namelist() if "/" in n} == {
            f"{name}/{file}"
            for name in names
            for file in ("overlay.mp4", "ledger.csv", "ledger.parquet", "summary.json")
        }
        assert packed.read(f"{names[1]}/overlay.mp4") == b"\x05" * 5000
        assert packed.read("videos.csv") == (tmp_path / "out" / "videos.csv").read_bytes()
    assert told[-1][0] == told[-1][1] > 10_000
    table = pd.read_parquet(tmp_path / "out" / "ledger.parquet")
    assert table["video"].tolist() == ["clip.mp4"] * 3 + ["clip.mp4 (2)"] * 5
    assert pd.read_csv(tmp_path / "out" / "ledger.csv")["frame"].tolist() == [0, 1, 2, 0, 1, 2, 3, 4]


def test_a_broken_video_has_its_row_and_its_reason(store: RunStore) -> None:
    batch = mixed(store, "c2")
    table = videos(store, batch)
    assert table["video"].tolist() == ["clip.mp4", "broken.mp4", "clip.mp4 (2)"]
    assert table["state"].tolist() == ["finished", "failed", "finished"]
    assert table["reason"].tolist() == ["", "It holds no frames.", ""]
    assert table["frames"].fillna(-1).tolist() == [3, -1, 5]
    assert table["warnings"].tolist() == ["Odd.", "", "Odd."]
    by_class = classes(store, batch)
    assert by_class.columns.tolist() == ["video", "class_id", "class", "frames", "mean_share"]
    assert by_class["frames"].tolist() == [3, 5]


def test_without_any_result_there_is_nothing_to_pack(store: RunStore, tmp_path: Path) -> None:
    (run,) = create_batch(store, configs("broken.mp4"), "c3")
    store.set_state(run.id, RunState.FAILED, "broken")
    with pytest.raises(RunError, match="No video"):
        archive.collect(store, open_batch(store, "c3"), tmp_path / "out")
    assert classes(store, open_batch(store, "c3")).empty
    assert not (tmp_path / "out").exists()


def test_a_disk_without_room_is_said_before(store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = mixed(store, "c4")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(DiskFull, match="0 MB are free"):
        archive.collect(store, batch, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_what_is_ended_half_way_leaves_no_zip(store: RunStore, tmp_path: Path) -> None:
    def stop(done: int, _total: int) -> None:
        if done > 6000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.collect(store, mixed(store, "c5"), tmp_path / "out", stop)
    assert not list((tmp_path / "out").glob("*.zip"))
    assert not list((tmp_path / "out").glob(".*"))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/uploads/1a2b3c4d-clip.mp4", "clip.mp4"),
        ("/films/1a2b3c4d-clip.mp4", "1a2b3c4d-clip.mp4"),
        ("/data/uploads/clip.mp4", "clip.mp4"),
    ],
)
def test_an_upload_is_called_as_it_came(path: str, name: str) -> None:
    assert video_name(Path(path)) == name


def test_a_sentence_names_an_upload_as_it_came() -> None:
    assert without_marks("1a2b3c4d-clip.mp4: no frames. Run deadbeef-1 ended.") == (
        "clip.mp4: no frames. Run deadbeef-1 ended."
    )
    assert complaint("clip.mp4", "1a2b3c4d-clip.mp4: no frames.") == "clip.mp4: no frames."
    assert complaint("clip.mp4", "Out of memory.") == "clip.mp4: Out of memory."
