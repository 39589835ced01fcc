"""The plan names what can go and nothing else; what is removed is what was shown and still can go."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings
from segcore.upkeep import cleaning
from segcore.upkeep.cleaning import CHECKPOINTS, CHUNKS, TEMPORARY, UPLOADS, clean, plan
from segcore.upkeep.sizes import folder_bytes, usage

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))}))


@pytest.fixture
def runs(shared: RunStore) -> RunStore:
    """One store for all tests, emptied of what the one before left."""
    clean(shared, {waste.path for waste in plan(shared)})
    return shared


def file(path: Path, size: int = 10, days: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    for at in (path, path.parent):
        os.utime(at, (time.time() - days * DAY_S,) * 2)
    return path


def made(runs: RunStore, kind: str, state: RunState, **config: str) -> Run:
    run = runs.create(kind, config=config, name="made")  # type: ignore[arg-type]
    runs.set_state(run.id, state)
    return runs.get(run.id)


def found(runs: RunStore, kind: str) -> set[Path]:
    return {waste.path for waste in plan(runs) if waste.kind == kind}


def test_checkpoints_go_of_finished_trainings_alone_and_best_weights_never(runs: RunStore) -> None:
    from segcore.training.checkpoint import INDEX

    paths = {}
    for state in (RunState.FINISHED, RunState.INTERRUPTED, RunState.CANCELLED, RunState.FAILED):
        run = made(runs, "train", state)
        folder = runs.folder(run.id)
        assert folder is not None
        names = (INDEX, "weights/last-0.npz", "weights/last-1.npz", "weights/best.npz", "model.json")
        paths[state] = {name: file(folder / name) for name in names}
    gone = {paths[RunState.FINISHED][name] for name in (INDEX, "weights/last-0.npz", "weights/last-1.npz")}
    assert found(runs, CHECKPOINTS) == gone
    assert {waste.path for waste in clean(runs, gone)} == gone
    assert paths[RunState.FINISHED]["weights/best.npz"].is_file()
    assert all(path.is_file() for path in paths[RunState.INTERRUPTED].values())


def test_uploads_that_a_job_may_still_read_stay(runs: RunStore) -> None:
    uploads = runs.settings.uploads_dir
    old = {name: file(uploads / f"{name}.mp4", days=8) for name in ("waiting", "broken", "done", "nobody")}
    young = file(uploads / "young.mp4", days=6)
    made(runs, "segment", RunState.QUEUED, video=str(old["waiting"]))
    made(runs, "segment", RunState.INTERRUPTED, video=str(old["broken"]))
    made(runs, "segment", RunState.FINISHED, video=str(old["done"]))
    assert found(runs, UPLOADS) == {old["done"], old["nobody"]}
    assert young.is_file()


def test_chunks_of_what_cannot_go_on(runs: RunStore) -> None:
    work = runs.settings.home / "work"
    gone = file(work / ("0" * 32) / "job.json").parent
    broken, late = made(runs, "segment", RunState.FAILED), made(runs, "segment", RunState.FAILED)
    binned = made(runs, "segment", RunState.FAILED)
    for run, days in ((broken, 29), (late, 31), (binned, 0)):
        file(work / run.id / "job.json", days=days)
    runs.delete(binned.id)
    active = made(runs, "segment", RunState.QUEUED)
    file(work / active.id / "job.json", days=99)
    assert found(runs, CHUNKS) == {gone, work / late.id}


def test_temporary_files_are_older_than_a_day(runs: RunStore) -> None:
    home = runs.settings.home
    folder = runs.folder(made(runs, "train", RunState.FINISHED).id)
    assert folder is not None
    old = {
        file(folder / ".best.npz.x1y2", days=1.1),
        file(home / "uploads" / ".film.mp4.part", days=1.1),
        file(home / "uploads" / ("a" * 32) / "set.zip", days=1.1).parent,
        file(home / "cache" / "previews" / "one" / "sheet.png", days=1.1).parent,
        file(home / "drafts" / ("b" * 16) / "draft.json", days=1.1).parent,
    }
    for path in (folder / ".watched", folder / "curves.json", home / "cache" / "openvino" / "x.bin"):
        file(path, days=99)
    for path in (folder / ".last.npz.ab", home / "drafts" / ("c" * 16) / "draft.json"):
        file(path, days=0.9)
    assert found(runs, TEMPORARY) == old


def test_only_what_was_shown_and_still_can_go_is_removed(runs: RunStore) -> None:
    shown, later = (file(runs.settings.uploads_dir / name, days=8) for name in ("shown.mp4", "later.mp4"))
    taken = file(runs.settings.uploads_dir / "taken.mp4", days=8)
    paths = found(runs, UPLOADS) - {later}
    made(runs, "segment", RunState.QUEUED, video=str(taken))  # between the list and the click
    outside = file(runs.settings.home / "mlflow-copy.db", days=99)
    assert [waste.path for waste in clean(runs, {*paths, outside})] == [shown]
    assert not shown.exists()
    assert all(path.is_file() for path in (later, taken, outside))


def test_sizes_count_files_below_and_follow_no_links(tmp_path: Path, runs: RunStore) -> None:
    file(tmp_path / "a" / "b" / "one", 100)
    file(tmp_path / "a" / "two", 30)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "outside")
    file(tmp_path / "outside" / "huge", 10_000)
    inside = folder_bytes(tmp_path / "a")
    assert 130 <= inside < 330
    assert folder_bytes(tmp_path / "nothing") == 0
    run = made(runs, "segment", RunState.FAILED)
    folder = runs.folder(run.id)
    assert folder is not None
    file(folder / "overlay.mp4", 50_000)
    file(runs.work(run.id) / "part", 7_000)
    from segcore.datasets.store import DatasetStore

    (mine,) = [use for use in usage(DatasetStore(runs.settings), runs) if use.id == run.id]
    assert mine.bytes == folder_bytes(folder) + 7_000 > 57_000
    assert (mine.sort, mine.binned) == ("result", False)
    runs.delete(run.id)
    assert next(use for use in usage(DatasetStore(runs.settings), runs) if use.id == run.id).binned


def test_the_names_that_a_checkpoint_has_are_those_that_are_removed() -> None:
    from segcore.training import checkpoint

    assert cleaning._CHECKPOINT_FILES[1] == checkpoint.INDEX
    source = Path(checkpoint.__file__).read_text("utf-8")
    assert 'f"weights/last-{state.epoch % 2}.npz"' in source
