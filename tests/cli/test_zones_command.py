"""`segcore results zones`: tables from stored objects, by run, folder or ZIP; zones kept with a run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from segcore import cli
from segcore.classes import ClassTable
from segcore.knowledge.drawing import ZONES_FILE, Drawing, read_drawing
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import knowledge_of
from segcore.knowledge.zones import Line, Zone
from segcore.runs.store import RunStore

SIZE, FPS, CLASSES = (60, 80), 10, ClassTable.of(["background", "ball"])
LEFT = Zone(name="left", points=((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
DRAWING = Drawing(width=80, height=60, zones=(LEFT,), lines=(Line(name="gate", start=(0.5, 1), end=(0.5, 0)),))


def make_result(folder: Path) -> Path:
    """A ball that goes two pixels a frame to the right, its middle at 8 + 2 n: on 40 at frame 16."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ObjectRows(CLASSES)
    with LedgerWriter(folder, CLASSES, SIZE) as ledger:
        for number in range(30):
            labels = np.zeros(SIZE, np.uint8)
            labels[20:40, 2 * number : 2 * number + 16] = 1
            sure = np.full(SIZE, 240, np.uint8)
            rows.append(number, number / FPS, find_objects(labels, sure, SIZE, 2))
            ledger.append(number, number / FPS, measure_frame(labels, sure, SIZE, 2))
    knowledge_of(*rows.tables(), FrameTimes(range(30), np.arange(30) / FPS), SIZE).write(folder)
    (folder / "summary.json").write_text(json.dumps({"video": {"width": SIZE[1], "height": SIZE[0]}}), "utf-8")
    return folder


def asked(*arguments: str) -> dict[str, object]:
    cli._attach()
    done = CliRunner().invoke(cli.app, ["results", "zones", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.json"
    path.write_bytes(DRAWING.as_json())
    return path


def test_a_folder_is_asked(tmp_path: Path, zones: Path) -> None:
    folder = make_result(tmp_path / "result")
    found = asked(str(folder), str(zones), "--out", str(tmp_path / "out"))
    assert found["dwell"] == [
        {"zone": "left", "class": "ball", "seconds": pytest.approx(1.6), "occupied_s": pytest.approx(1.6),
         "visits": 1, "enters": 0, "leaves": 1, "objects": 1, "first_s": 0.0, "last_s": pytest.approx(1.6)}
    ]  # fmt: skip
    [crossed] = found["crossings"]  # type: ignore[misc]
    assert (crossed["line"], crossed["right"], crossed["left"], crossed["first_s"]) == ("gate", 1, 0, 1.7)
    written = pd.read_parquet(tmp_path / "out" / "zone_events.parquet")
    assert sorted(written["kind"]) == ["crosses", "in zone", "leaves"]
    assert len(pd.read_csv(tmp_path / "out" / "crossings.csv")) == 1
    assert pd.read_parquet(tmp_path / "out" / "dwell_objects.parquet")["track"].tolist() == [1]


def test_nobody_there_is_an_empty_table(tmp_path: Path) -> None:
    path, folder = tmp_path / "far.json", make_result(tmp_path / "result")
    corner = Zone(name="corner", points=((0, 0), (0.1, 0), (0, 0.1)))
    path.write_bytes(Drawing(width=80, height=60, zones=(corner,)).as_json())
    found = asked(str(folder), str(path), "--out", str(tmp_path / "out"))
    assert (found["events"], found["dwell"], found["crossings"]) == (0, [], [])
    assert pd.read_parquet(tmp_path / "out" / "dwell.parquet").empty


def test_zones_are_kept_with_a_run(tmp_path: Path, zones: Path, runs: RunStore) -> None:
    run = runs.create("segment", config={}, name="ball")
    with runs.writer(run.id) as writer:
        for path in make_result(tmp_path / "result").iterdir():
            writer.put_file(path.name, path)
    assert asked("ball", str(zones))["events"] == 3
    assert not runs.has_file(run.id, ZONES_FILE)
    asked("ball", str(zones), "--keep")
    assert read_drawing(runs.file(run.id, ZONES_FILE).read_bytes()) == DRAWING


@pytest.mark.parametrize("content", [None, b"{}", Drawing(width=60, height=80).as_json()])
def test_what_does_not_fit_is_told(tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str],
                                   monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    path = tmp_path / "drawn.json"
    if content is not None:
        path.write_bytes(content)
    folder = make_result(tmp_path / "result")
    monkeypatch.setattr("sys.argv", ["segcore", "results", "zones", str(folder), str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "segcore: Expected" in capsys.readouterr().err
