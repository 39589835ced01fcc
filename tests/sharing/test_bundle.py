"""A bundle makes the same run elsewhere, and nothing but a sound one makes anything."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from small_run import write_run

from segcore.datasets.store import DatasetStore
from segcore.errors import BundleError, SegcoreError, UnsafeArchive, WeightsError
from segcore.evaluation.report import Report, report_file
from segcore.inference.load import load_predictor
from segcore.models.spec import BEST_WEIGHTS
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings
from segcore.sharing.arrays_check import check_arrays
from segcore.sharing.arrival import import_bundle
from segcore.sharing.bundle import write_bundle

Files = dict[str, bytes]


def test_a_bundle_holds_no_code_and_no_pictures(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        assert sorted(archive.namelist()) == [
            "bundle.json", "classes.json", "config.json", "curves.json", "evaluation.json",
            "evaluation/report-val.json", "model.json", "model_card.md", "split.json", "weights/best.npz",
        ]  # fmt: skip
        assert b"segcore import-run" in archive.read("model_card.md")


def test_the_run_is_the_same_in_another_installation(
    store: RunStore, trained: Run, other: RunStore, packed: Path
) -> None:
    arrived = import_bundle(other, packed)
    run = other.get(arrived.run)
    assert (run.id != trained.id, run.name, run.state) == (True, trained.name, RunState.FINISHED)
    assert (run.params, run.dataset, run.metrics) == (trained.params, "cups", trained.metrics)
    assert (run.started, run.ended) == (trained.started, trained.ended)
    assert other.history(run.id, "step/loss") == store.history(trained.id, "step/loss")
    assert other.config(run.id) == store.config(trained.id)
    for name in ("evaluation.json", "split.json", "model.json", BEST_WEIGHTS):
        assert other.file(run.id, name).read_bytes() == store.file(trained.id, name).read_bytes()
    picture = DatasetStore(store.settings).open("cups").pairs[0].image
    frame = cv2.imread(str(picture))[None]
    ours, theirs = (load_predictor(s, i).predict(frame)[0] for s, i in ((store, trained.id), (other, run.id)))
    np.testing.assert_array_equal(ours, theirs)


def test_it_says_where_it_comes_from(store: RunStore, trained: Run, other: RunStore, packed: Path) -> None:
    first = import_bundle(other, packed, "fresh name")
    tags = other.get(first.run).tags
    assert tags["segcore.imported_from"] == first.source == trained.id
    assert tags["segcore.bundle_sha256"] == hashlib.sha256(packed.read_bytes()).hexdigest()
    assert (tags["segcore.device"], tags["segcore.best_miou"]) == ("CPU (of a laptop)", "0.75")
    again = write_bundle(other, first.run, packed.parent)
    assert again.path.name == "fresh name.segcore.zip"
    back = import_bundle(store, again.path)
    assert store.get(back.run).tags["segcore.imported_from"] == f"{first.run} {trained.id}"
    assert (first.dataset_here, back.dataset_here) == ("missing", "other")
    assert "may flatter" in back.told()


def test_a_report_becomes_that_of_the_new_run(store: RunStore, trained: Run, other: RunStore, packed: Path) -> None:
    """The pages look for its pictures in the run that it names."""
    arrived = import_bundle(other, packed)
    before, after = (
        Report.model_validate_json(s.file(run, report_file("val")).read_bytes())
        for s, run in ((store, trained.id), (other, arrived.run))
    )
    assert (after.subject.run, after.subject.name) == (arrived.run, arrived.name)
    assert (before.images[0].picture, after.images[0].picture) == ("evaluation/val/c.png", "")
    assert after.scores == before.scores


def test_a_taken_name_gets_a_number(other: RunStore, packed: Path) -> None:
    names = [import_bundle(other, packed, "twin").name for _ in range(2)]
    assert names == ["twin", "twin-2"]


def repacked(source: Path, change: Callable[[Files], None], *, rehash: bool = True) -> Path:
    """The bundle with changed files; with hashes that fit them, unless those are what is tested."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if rehash and "bundle.json" in files:
        manifest = json.loads(files["bundle.json"])
        hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "bundle.json"}
        files["bundle.json"] = json.dumps(manifest | {"files": hashes}).encode()
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


def put(name: str, data: bytes) -> Callable[[Files], None]:
    return lambda files: files.update({name: data})


def edit(file: str, /, **changes: object) -> Callable[[Files], None]:
    return lambda files: files.update({file: json.dumps(json.loads(files[file]) | changes).encode()})


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('code of the file ran')",)


def huge() -> bytes:
    """An array whose header promises 2⁶⁰ numbers."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({2**60},), }}".ljust(117) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("w.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    return buffer.getvalue()


def bomb() -> bytes:
    """Zeros that unpack to a thousand times their size."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, w=np.zeros(1 << 20))
    return buffer.getvalue()


HOSTILE: dict[str, tuple[Callable[[Files], None], type[SegcoreError], str]] = {
    "code": (put("run.py", b"print(1)"), BundleError, r"run\.py: no file of a bundle"),
    "way out": (put("../x.json", b"{}"), UnsafeArchive, r"\.\./x\.json"),
    "pickle as weights": (put(BEST_WEIGHTS, pickle.dumps(Bomb())), WeightsError, "not a zip"),
    "pickle in weights": (put(BEST_WEIGHTS, npz(w=np.array([Bomb()], object))), WeightsError, "not numbers|header"),
    "huge array": (put(BEST_WEIGHTS, huge()), WeightsError, "not as large as its header says"),
    "compressed weights": (put(BEST_WEIGHTS, bomb()), WeightsError, "is compressed"),
    "weights of another": (put(BEST_WEIGHTS, npz(w=np.ones(3))), WeightsError, "belong to another network"),
    "unknown network": (edit("model.json", architecture="os.system"), BundleError, "cannot build the network"),
    "another's scores": (edit("evaluation.json", confusion=[[1]]), BundleError, "not the scores of this network"),
    "another's report": (
        edit("evaluation/report-val.json", confusion=[[1]]),
        BundleError,
        "report-val.json: not the scores of this",
    ),
    "unreadable scores": (put("evaluation.json", b"[" * 100_000), BundleError, r"evaluation\.json cannot be read"),
    "unknown setting": (edit("config.json", hook="x"), BundleError, "config.json: hook"),
    "endless curve": (put("curves.json", b'{"a": [[1, 2, 1e999]]}'), BundleError, r"curves\.json"),
    "no manifest": (lambda files: files.pop("bundle.json") and None, BundleError, "it is not a bundle"),
    "newer": (edit("bundle.json", version=2), BundleError, "Update segcore"),
    "nameless": (edit("bundle.json", name=""), BundleError, "bundle.json cannot be read: name"),
    "no weights": (lambda files: files.pop(BEST_WEIGHTS) and None, BundleError, "weights/best.npz is missing"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_h27_h28_a_bundle_that_is_not_sound_makes_no_run(
    home: Settings, packed: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, error, message = HOSTILE[case]
    target = RunStore(home)
    monkeypatch.setattr(target, "create", lambda *_, **__: pytest.fail("a run was made"))
    with pytest.raises(error, match=message):
        import_bundle(target, repacked(packed, change))
    assert list((home.home / "uploads").iterdir()) == []


def test_h28_a_changed_file_is_named(home: Settings, packed: Path) -> None:
    changed = repacked(packed, put("split.json", b"{}"), rehash=False)
    with pytest.raises(BundleError, match=r"split\.json is not the file that was packed"):
        import_bundle(RunStore(home), changed)


def test_weights_with_plain_arrays_are_read(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_bytes(npz(a=np.ones((2, 3), np.float32), b=np.zeros(0), c=np.float64(3)))
    check_arrays(tmp_path / "w.npz")


def test_a_run_that_cannot_be_written_is_taken_back(
    other: RunStore, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    before = {run.id for run in other.list()}
    monkeypatch.setattr("segcore.runs.artifacts.write_atomically", full)
    with pytest.raises(OSError, match="No space"):
        import_bundle(other, packed)
    assert {run.id for run in other.list()} == before


def test_a_run_at_work_is_not_packed(store: RunStore, tmp_path: Path) -> None:
    run = write_run(store, tmp_path, "busy")
    store.set_state(run.id, RunState.QUEUED)
    with pytest.raises(BundleError, match="busy is queued"):
        write_bundle(store, run.id, tmp_path / "busy.zip")
    assert not (tmp_path / "busy.zip").exists()
    store.set_state(run.id, RunState.FINISHED)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import-run", "nothing.zip"], "there is no such file"),
        (["export", "nobody", "--format", "onnx", "--out", "x"], "There is no run 'nobody'"),
        (["export", "nobody", "--format", "torch", "--out", "x"], "Unknown format 'torch'"),
        (["export", "nobody", "--format", "bundle", "--labels", "--out", "x"], "do not fit it"),
    ],
)
def test_wrong_input_ends_with_exit_2_and_one_line(home: Settings, arguments: list[str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "segcore", *arguments, "--json"],
        capture_output=True,
        text=True,
        env=os.environ | home.environment(),
        check=False,
    )
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (2, "", 1)
    assert message in done.stderr
