"""Results in a notebook: from a folder, from the ZIP, older ones, and what is none."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segcore import results
from segcore.classes import ClassTable
from segcore.errors import ResultError
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import knowledge_of
from segcore.knowledge.zones import Zone

CLASSES = ClassTable.of(["background", "cat"])
SIZE = (60, 80)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of 20 frames, ten a second, in which a cat walks to the right."""
    folder, rows = tmp_path_factory.mktemp("result"), ObjectRows(CLASSES)
    with LedgerWriter(folder, CLASSES, SIZE) as ledger:
        for number in range(20):
            labels = np.zeros(SIZE, np.uint8)
            labels[20:30, 3 * number : 3 * number + 10] = 1
            ledger.append(number, number / 10, measure_frame(labels, labels, SIZE, 2))
            rows.append(number, number / 10, find_objects(labels, labels, SIZE, 2))
    knowledge_of(*rows.tables(), FrameTimes(range(20), np.arange(20) / 10), SIZE).write(folder)
    (folder / "summary.json").write_text(json.dumps({"video": {"height": 60, "width": 80}}), "utf-8")
    return folder


@pytest.fixture
def archive(folder: Path, tmp_path: Path) -> Path:
    """The same as the Results page gives it: all files in a folder of the run's name."""
    with zipfile.ZipFile(tmp_path / "cat.zip", "w") as out:
        for path in folder.iterdir():
            out.write(path, f"cat-1/{path.name}")
    return tmp_path / "cat.zip"


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_all_tables(kind: str, request: pytest.FixtureRequest) -> None:
    found = results.load(str(request.getfixturevalue(kind)))
    assert len(found.ledger) == 40
    assert len(found.objects) == len(found.positions) == 20
    assert found.contacts.empty
    assert found.tracks["class"].tolist() == ["cat"]
    assert found.events["kind"].tolist() == ["there", "there"]
    assert found.size == SIZE


def test_zones_and_thresholds_are_asked_of_it(folder: Path) -> None:
    found = results.load(folder)
    right = Zone(name="right", points=((0.5, 0), (1, 0), (1, 1), (0.5, 1)))
    events = found.zone_events([right])
    assert events["kind"].tolist() == ["enters", "in zone"]
    assert events["frame"].tolist() == [12, 12]  # 3 × 12 + 5 = 41 is beyond 40
    assert found.threshold_events(speed=20)["kind"].tolist() == ["fast"]
    assert found.threshold_events(speed=40).empty


def test_an_older_result_says_what_it_lacks(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ledger.parquet").write_bytes((folder / "ledger.parquet").read_bytes())
    found = results.load(tmp_path)
    assert len(found.ledger) == 40
    with pytest.raises(ResultError, match=r"has no tracks\.parquet.*older segcore: segment the video again"):
        _ = found.tracks


def test_what_is_no_result_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="There is nothing at"):
        results.load(tmp_path / "gone")
    with pytest.raises(ResultError, match=r"has no ledger\.parquet"):
        results.load(tmp_path)
    with pytest.raises(ResultError, match=r"the file ledger\.csv.*folder it lies in"):
        results.load(folder / "ledger.csv")


def test_what_the_documentation_shows_can_be_run(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[1] / "docs" / "results.md").read_text("utf-8")
    code = text.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "results").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(code, names)
    assert isinstance(names["moves"], pd.DataFrame)


def test_nothing_heavy_is_opened() -> None:
    heavy = ("tensorflow", "streamlit", "mlflow", "av")
    code = f"import sys, segcore.results; print([m for m in {heavy!r} if m in sys.modules])"
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
