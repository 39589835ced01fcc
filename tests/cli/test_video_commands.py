"""`segcore segment` and `collect` with a small network that nobody trained."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from json_commands import invoke, last_json
from typer.testing import CliRunner

from segcore import cli
from segcore.batches.making import create_run
from segcore.cli import video_crew
from segcore.cli.video_settings import read_config
from segcore.errors import ConfigError, RunError, VideoError
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.chunks.writer import ChunkWriter
from segcore.video.reader import VideoReader
from segcore.video.spans import helping
from segcore.video.spans.lease import Hold

FRAMES = 7
"""Of the clip."""


@pytest.mark.usefixtures("installation")
def test_segment_writes_all_it_promises(clip: Path, tmp_path: Path) -> None:
    got = last_json(invoke("segment", str(clip), "trained", "--out", str(tmp_path / "out"), "--style", "both"))
    assert got["frames"] == FRAMES
    assert {"network", "encode", "draw"} <= set(got["stages"])
    tables = ("certainty", "contacts", "events", "ledger", "objects", "stability", "tracks")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        *(f"{name}.{kind}" for name in tables for kind in ("csv", "parquet")),
        "heat.npz",
        "masks.parquet",
        "overlay.mp4",
        "poster.jpg",
        "summary.json",
    }
    ledger = pd.read_parquet(got["ledger"])
    assert len(ledger) == FRAMES * 3
    assert ledger.groupby("frame")["pixels"].sum().tolist() == [128 * 72] * FRAMES
    with VideoReader(got["overlay"]) as overlay, VideoReader(clip) as source:
        assert [f.time_s for f in overlay] == pytest.approx([f.time_s for f in source], abs=1e-3)
    assert RunStore(Settings.from_env()).get(got["run"]).state is RunState.FINISHED


@pytest.mark.usefixtures("installation")
def test_every_choice_of_the_look_reaches_the_job(clip: Path, tmp_path: Path) -> None:
    look = ["--style", "both", "--opacity", "0.3", "--thickness", "2", "--hide", "mug", "--hide", "2", "--names"]
    made = ["--legend", "--side-by-side", "--refine", "--also", "mask_video", "--also", "alpha_overlay"]
    out = tmp_path / "out"
    got = last_json(invoke("segment", str(clip), "trained", "--out", str(out), "--end", "0.2", *look, *made))
    settings = json.loads((out / "summary.json").read_text())["settings"]
    wanted = {"style": "both", "opacity": 0.3, "thickness": 2, "hidden": [1, 2], "names": True, "legend": True}
    wanted |= {"side_by_side": True, "refine": True, "also": ["mask_video", "alpha_overlay"]}
    assert settings | wanted == settings
    assert {"masks.mov", "overlay-alpha.webm"} <= {Path(path).name for path in got["files"]}
    assert {"masks.mov", "overlay-alpha.webm"} <= set(RunStore(Settings.from_env()).files(got["run"]))


@pytest.mark.usefixtures("installation")
def test_a_zip_of_numbered_pictures_at_the_rate_that_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "frames.zip", "w") as archive:
        for number in (2, 10, 1):
            picture = cv2.imencode(".png", np.full((72, 128, 3), 20 * number, np.uint8))[1]
            archive.writestr(f"shoot/{number}.png", picture.tobytes())
    out = tmp_path / "out"
    got = last_json(invoke("segment", str(tmp_path / "frames.zip"), "trained", "--out", str(out), "--fps", "12"))
    assert got["frames"] == 3
    with VideoReader(got["overlay"]) as overlay:
        assert [f.time_s for f in overlay] == pytest.approx([0, 1 / 12, 2 / 12], abs=1e-3)


def test_queued_run_keeps_its_files(installation: Path, clip: Path) -> None:
    store = RunStore(Settings.from_env())
    queued: Run = create_run(store, read_config({"video": str(clip), "run": "trained", "start_s": 0.2}), name="queued")
    assert last_json(invoke("segment", "--run", queued.id))["frames"] == FRAMES - 2
    done = store.get(queued.id)
    assert done.state is RunState.FINISHED
    assert done.parent == store.get("trained").id
    assert {"overlay.mp4", "ledger.csv", "ledger.parquet", "summary.json", "preview.jpg"} <= set(store.files(queued.id))
    assert not (installation / "work" / queued.id).exists()


@pytest.mark.usefixtures("installation")
def test_of_several_videos_a_broken_one_fails_alone(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.mp4").write_bytes(b"no video" * 100)
    (tmp_path / "other.mp4").write_bytes(clip.read_bytes())
    videos = [str(clip), str(tmp_path / "torn.mp4"), str(tmp_path / "other.mp4")]
    result = invoke("segment", *videos, "trained", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    got = json.loads(result.stdout.strip().splitlines()[-1])
    assert [said["state"] for said in got["videos"]] == ["finished", "failed", "finished"]
    assert (got["failed"], "torn.mp4" in got["videos"][1]["error"]) == (1, True)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "clip", "other", "ledger.csv", "ledger.parquet", "videos.csv", "classes.csv"
    }  # fmt: skip
    assert (tmp_path / "out" / "other" / "overlay.mp4").exists()
    joined = pd.read_parquet(tmp_path / "out" / "ledger.parquet")
    assert joined.groupby("video")["frame"].nunique().to_dict() == {"clip.mp4": FRAMES, "other.mp4": FRAMES}
    packed = last_json(invoke("collect", got["batch"], "--out", str(tmp_path / "zip")))
    assert (packed["videos"], packed["left_out"]) == (2, ["torn.mp4"])
    assert Path(packed["path"]).stat().st_size == packed["bytes"]


@pytest.mark.usefixtures("installation")
def test_part_of_a_video_and_a_quick_look(clip: Path, tmp_path: Path) -> None:
    part = ["--every", "3", "--region", "20,10,65,50"]
    got = last_json(invoke("segment", str(clip), "trained", "--out", str(tmp_path / "out"), *part))
    assert got["frames"] == 3
    ledger = pd.read_csv(got["csv"])
    assert ledger["frame"].unique().tolist() == [0, 3, 6]
    assert ledger["time_s"].unique().tolist() == pytest.approx([0.0, 0.3, 0.6])
    assert ledger.groupby("frame")["pixels"].sum().tolist() == [66 * 50] * 3
    before = len(RunStore(Settings.from_env()).list())
    look = last_json(invoke("segment", str(clip), "trained", "--out", str(tmp_path / "look"), "--preview"))
    assert len(look["times_s"]) == FRAMES - 1  # the first is nearest to no wanted time
    assert [row["class"] for row in look["classes"]] == ["background", "mug", "car"]
    assert look["classes"][0]["frames"] <= FRAMES - 1
    assert Path(look["picture"]).read_bytes()[:2] == b"\xff\xd8"
    assert json.loads((tmp_path / "look/preview.json").read_text()) == look
    assert len(RunStore(Settings.from_env()).list()) == before


def test_a_failed_video_goes_on_and_ends_in_the_folder_that_was_named(
    installation: Path, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, out = RunStore(Settings.from_env()), tmp_path / "out"
    settings = {"video": str(clip), "run": store.get("trained").id, "chunk_frames": 2}
    with monkeypatch.context() as patch:
        patch.setattr(ChunkWriter, "_begin", failing(ChunkWriter._begin))
        arguments = ["segment", "--settings", json.dumps(settings), "--out", str(out), "--name", "broken"]
        assert isinstance(invoke(*arguments).exception, MemoryError)
    run = store.get("broken")
    assert run.state is RunState.FAILED
    assert len(list((installation / "work" / run.id).glob("chunk-*"))) == 2
    got = last_json(invoke("segment", "--resume", "broken"))
    assert (got["frames"], got["run"]) == (FRAMES, run.id)
    assert Path(got["overlay"]) == out / "overlay.mp4"
    assert store.get("broken").state is RunState.FINISHED
    assert store.get("broken").attempt == 2
    assert not (installation / "work" / run.id).exists()
    assert isinstance(invoke("segment", "--resume", "broken").exception, RunError)
    assert isinstance(invoke("segment", "--resume", "trained").exception, ConfigError)


def failing(begin: Callable[[ChunkWriter, int], None]) -> Callable[[ChunkWriter, int], None]:
    """The same for two chunks; the third one finds no room."""

    def begun(writer: ChunkWriter, number: int) -> None:
        if number == 2:
            raise MemoryError("no room")
        begin(writer, number)

    return begun


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["segment", "CLIP"], ConfigError, "--out"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--style", "glitter"], ConfigError, "style"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--hide", "cat"], ConfigError, "1 mug, 2 car. Received: cat"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--also", "film"], ConfigError, "alpha_overlay"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--start", "5", "--end", "2"], ConfigError, "end_s"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--region", "1,2,3"], ConfigError, "X,Y,WIDTH,HEIGHT"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--region", "0,0,300,60"], VideoError, "128×72 pixels"),
        (["segment", "CLIP", "trained", "--out", "OUT", "--every", "0"], ConfigError, "every"),
        (["segment", "--resume", "nobody"], RunError, "nobody"),
        (["segment", "nowhere.mp4", "trained", "--out", "OUT"], VideoError, "nowhere.mp4"),
        (["segment", "CLIP", "nobody", "--out", "OUT"], RunError, "nobody"),
        (["segment", "CLIP", "CLIP", "nobody", "--out", "OUT"], RunError, "nobody"),
        (["segment", "CLIP", "CLIP", "trained", "--out", "OUT", "--name", "n"], ConfigError, "--name"),
        (["collect", "nothing", "--out", "OUT"], RunError, "nothing"),
        (["evaluate", "trained", "--backend", "abacus"], ConfigError, "abacus"),
        (["export", "nobody", "--format", "keras", "--out", "OUT"], RunError, "nobody"),
    ],
)
def test_wrong_input_is_named_and_leaves_nothing(
    clip: Path, tmp_path: Path, arguments: list[str], error: type[Exception], message: str
) -> None:
    places = {"CLIP": str(clip), "OUT": str(tmp_path / "out")}
    result = invoke(*(places.get(a, a) for a in arguments))
    assert isinstance(result.exception, error)
    assert message in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_fast_job_says_what_it_did(clip: Path, tmp_path: Path) -> None:
    arguments = ["segment", str(clip), "trained", "--out", str(tmp_path / "out"), "--speed", "fast"]
    assert last_json(invoke(*arguments))["frames"] == FRAMES
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["settings"]["speed"] == "fast"
    assert summary["network_size"] == [32, 64]
    assert 1 <= summary["frames_labelled"] <= FRAMES
    assert summary["trial"]["chosen"]["backend"] in ("openvino", "tensorflow")


@pytest.mark.usefixtures("installation")
def test_a_helper_s_command_makes_its_part(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a job starts on its helpers, here within `ask`: the result is that of a job without helpers."""
    said: list[Result] = []

    class Crew:
        def __init__(self, _settings: Settings, command: Callable[[str], tuple[str, ...]], helpers: int) -> None:
            self.command, self.helpers = command, helpers

        def ask(self, task: str, shunned: set[str]) -> SimpleNamespace | None:
            if shunned:
                return None
            said.append(CliRunner().invoke(cli.app, list(self.command(task)[2:])))
            return SimpleNamespace(name="helper", ended=lambda: "" if said[-1].exit_code == 0 else "failed")

        def close(self) -> None:
            pass

    monkeypatch.setattr(video_crew, "LocalCrew", Crew)
    monkeypatch.setattr(helping, "Hold", partial(Hold, silent_s=3600.0))  # the job waits within `ask`
    config = {"video": str(clip), "run": "trained", "chunk_frames": 1, "precision": "float32"}
    ways = {"one": config, "two": config | {"workers": 2}}
    for name, way in ways.items():
        last_json(invoke("segment", "--settings", json.dumps(way), "--out", str(tmp_path / name)))
    assert said
    assert all(one.exception is None for one in said)
    tables = ("ledger", "objects", "stability")
    for found, wanted in (tuple(tmp_path / name / f"{table}.csv" for name in ways) for table in tables):
        assert found.read_bytes() == wanted.read_bytes()
    assert json.loads((tmp_path / "two/summary.json").read_text())["warnings"] == []
