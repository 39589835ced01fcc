"""`segcore ask` and `segcore results compare`: what is printed for people and for programs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from segcore import cli
from segcore.batches.batch import BATCH, PLACE
from segcore.errors import QueryError, ResultError, RunNotFound
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

NAMES = ("background", "mouse")
VIDEO = {"name": "a.mp4", "bytes": 7, "width": 4, "height": 2, "duration_s": 3.0, "codec": "h264"}


def _mask(share: int) -> np.ndarray:
    found = np.zeros((2, 4), np.uint8)
    found.ravel()[:share] = 1
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunStore]:
    """Two results of one video, a batch: in the first the mouse covers 1, 2, 3 of 8 pixels, in the second always 1."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEGCORE_HOME", str(home))
        store = RunStore(Settings.from_env())
        for place, (name, pixels) in enumerate({"one": (1, 2, 3), "other": (1, 1, 1)}.items(), 1):
            params = {"video": f"{name}.mp4", BATCH: "b1", PLACE: str(place)}
            run = store.create("segment", config={}, name=name, params=params)
            rows = [
                (f, f / 10, c, NAMES[c], n, n / 8, 1, 0.5)
                for f, m in enumerate(pixels)
                for c, n in enumerate((8 - m, m))
            ]
            columns = ["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]
            pd.DataFrame(rows, columns=columns).to_parquet(home / "ledger.parquet")
            store.put_file(run.id, "ledger.parquet", home / "ledger.parquet")
            store.put_file(run.id, "summary.json", json.dumps({"video": VIDEO}).encode())
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as out:
                for frame, mine in enumerate(pixels):
                    data = io.BytesIO()
                    Image.fromarray(_mask(mine)).save(data, "PNG")
                    out.writestr(f"frame_{frame:06d}.png", data.getvalue())
            store.put_file(run.id, "masks.zip", packed.getvalue())
            store.set_state(run.id, RunState.FINISHED)
        yield store


def run(*arguments: str) -> Result:
    cli._attach()
    return CliRunner().invoke(cli.app, list(arguments))


def said(*arguments: str) -> dict:
    done = run(*arguments, "--json")
    assert done.exception is None, done.exception
    return json.loads(done.stdout.strip().splitlines()[-1])


SQL = "SELECT class, max(share) AS most FROM ledger GROUP BY class ORDER BY most"


@pytest.mark.usefixtures("store")
def test_an_answer_for_people_programs_and_spreadsheets() -> None:
    assert said("ask", "one", SQL) | {"seconds": 0} == {
        "columns": ["class", "most"], "rows": [["mouse", 0.375], ["background", 0.875]], "whole": True, "seconds": 0,
    }  # fmt: skip
    assert run("ask", "one", SQL, "--csv").stdout == "class,most\nmouse,0.375\nbackground,0.875\n"
    assert run("ask", "one", SQL).stdout.split() == ["class", "most", "mouse", "0.375", "background", "0.875"]
    assert "further rows" in run("ask", "one", "SELECT range FROM range(60)").stdout


@pytest.mark.usefixtures("store")
def test_without_a_question_it_tells_the_columns() -> None:
    told = run("ask", "one").stdout
    assert "ledger: one row is a frame and class" in told
    assert "area of the class in the frame" in told
    assert "tracks:" not in told, "this result has none"
    assert set(said("ask", "b1")["tables"]) == {"ledger", "classes", "video"}
    assert "Each table begins with the column video: one.mp4, other.mp4" in run("ask", "b1").stdout


def test_a_batch_and_a_folder_can_be_asked(store: RunStore) -> None:
    found = said("ask", "b1", "SELECT video, sum(pixels) AS n FROM ledger WHERE class_id = 1 GROUP BY 1 ORDER BY 1")
    assert found["rows"] == [["one.mp4", 6], ["other.mp4", 3]]
    folder = store.file(store.get("one").id, "ledger.parquet").parent
    assert said("ask", str(folder), "SELECT name FROM video")["rows"] == [["a.mp4"]]


@pytest.mark.usefixtures("store")
def test_what_cannot_be_asked_is_told(tmp_path: Path) -> None:
    assert isinstance(run("ask", "nothing", SQL).exception, RunNotFound)
    assert isinstance(run("ask", str(tmp_path), SQL).exception, ResultError)
    assert isinstance(run("ask", "one", "DROP TABLE ledger").exception, QueryError)


@pytest.mark.usefixtures("store")
def test_two_results_of_one_video(tmp_path: Path) -> None:
    found = said("results", "compare", "one", "other", "--masks", "--out", str(tmp_path / "out"))
    assert found["same_video"]
    assert found["agreement"] == pytest.approx(
        {"frames": 3, "pixels": 21 / 24, "miou": (2 + 6 / 7 + 1 / 2 + 5 / 7 + 1 / 3) / 6}
    )
    assert [row["time_s"] for row in found["worst"]] == [0.2]
    assert found["worst"][0]["differs"] == pytest.approx(0.25)
    mouse = found["classes"][1]
    assert (mouse["mean_share_one"], mouse["mean_share_other"]) == pytest.approx((0.25, 0.125))
    agreement = pd.read_csv(tmp_path / "out" / "agreement.csv")
    assert agreement["agreement"].tolist() == pytest.approx([1, 7 / 8, 6 / 8])
    assert len(pd.read_csv(tmp_path / "out" / "frames.csv")) == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["agreement.csv", "classes.csv", "frames.csv"]
    text = run("results", "compare", "one", "other").stdout
    assert "0.20 s" in text
    assert "0.25 → 0.125" in text


def test_what_cannot_be_compared_is_told(store: RunStore) -> None:
    trained = store.create("train", config={}, name="trained")
    assert isinstance(run("results", "compare", "one", trained.id).exception, ResultError)
    bare = store.create("segment", config={}, name="bare")
    store.put_file(bare.id, "ledger.parquet", store.file(store.get("one").id, "ledger.parquet"))
    assert not said("results", "compare", "one", "bare")["same_video"]
    assert "of one video" in str(run("results", "compare", "one", "bare", "--masks").exception)
    store.put_file(bare.id, "summary.json", json.dumps({"video": VIDEO}).encode())
    assert "kept no masks" in str(run("results", "compare", "one", "bare", "--masks").exception)
