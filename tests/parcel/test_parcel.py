"""The ZIP to take along: it holds what it lists, each file is what it says, and all of it reads back."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from made_result import CLASSES, FRAMES, SIZE, facts_of, labels
from PIL import Image
from pycocotools import mask as coco_mask

from segcore import results
from segcore.datasets.dataset import read_labels
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError, DiskFull
from segcore.knowledge.columns import FILES, TABLES
from segcore.parcel.entries import there
from segcore.parcel.packing import folder_name, pack
from segcore.settings import Settings


def read(parcel: Path, name: str) -> bytes:
    with zipfile.ZipFile(parcel) as archive:
        return archive.read(f"{folder_name('<u>cats</u> 1')}/{name}")


def names_in(parcel: Path) -> set[str]:
    with zipfile.ZipFile(parcel) as archive:
        assert archive.testzip() is None
        return {name.partition("/")[2] for name in archive.namelist()}


def test_it_holds_what_it_lists(parcel: Path, result: Path, tmp_path: Path) -> None:
    listed = pack(facts_of(result), tmp_path / "again.zip")
    assert names_in(tmp_path / "again.zip") == set(listed) == names_in(parcel)
    text = read(parcel, "README.txt").decode()
    for name in set(listed) - {"README.txt"}:
        stem, _, ending = name.partition(".")
        assert any(line.startswith(stem) and f".{ending}" in line for line in text.splitlines()), name
    assert "segcore segment" in text
    assert {"overlay.mp4", "report.html", "report.pdf", "charts/charts.html", "frames.zip"} <= set(listed)


def test_it_opens_in_a_notebook(parcel: Path, result: Path) -> None:
    found, source = results.load(parcel), results.load(result)
    for name in ("ledger", "objects", "contacts", "tracks", "events", "areas"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(source, name))
    np.testing.assert_array_equal(found.mask(25), labels(25))
    assert found.summary == source.summary


def test_json_tables_say_what_parquet_says(parcel: Path, result: Path) -> None:
    for name in FILES:
        if name == "masks" or not (result / f"{name}.parquet").exists():
            continue
        told, table = json.loads(read(parcel, f"tables/{name}.json")), pd.read_parquet(result / f"{name}.parquet")
        assert told["table"] == name
        assert told["row"] == TABLES[name].row
        columns = [column["name"] for column in told["columns"]]
        assert columns == list(table.columns)
        back = pd.DataFrame(told["rows"], columns=columns).astype(table.dtypes.to_dict())
        pd.testing.assert_frame_equal(back, table)


def test_the_schema_has_every_column_with_its_unit(parcel: Path, result: Path) -> None:
    schema = json.loads(read(parcel, "tables/schema.json"))
    assert set(schema) == {name for name in FILES if (result / f"{name}.parquet").exists()} - {"masks"}
    for name, table in schema.items():
        assert [c["name"] for c in table["columns"]] == pq.read_schema(result / f"{name}.parquet").names
        assert all(c["description"] for c in table["columns"]), name
    units = {c["name"]: (c["type"], c["unit"]) for c in schema["ledger"]["columns"]}
    assert units["time_s"] == ("number", "s")
    assert units["pixels"] == ("integer", "px²")
    assert units["class"] == ("string", "")


def test_coco_masks_are_the_labels(parcel: Path) -> None:
    document = json.loads(read(parcel, "masks/masks.coco.json"))
    assert [c["name"] for c in document["categories"]] == CLASSES.names[1:]
    assert [i["id"] for i in document["images"]] == list(range(1, FRAMES + 1))
    assert document["images"][3]["time_s"] == pytest.approx(0.3)
    back = {image["id"]: np.zeros(SIZE, np.uint8) for image in document["images"]}
    for one in document["annotations"]:
        there_ = coco_mask.decode(one["segmentation"]).astype(bool)
        back[one["image_id"]][there_] = one["category_id"]
        ys, xs = np.nonzero(there_)
        assert one["area"] == len(xs)
        assert one["bbox"] == [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]
    for number in range(FRAMES):
        np.testing.assert_array_equal(back[number + 1], labels(number))


def test_a_dataset_can_be_made_of_them(parcel: Path, tmp_path: Path) -> None:
    """The way back: frames of the video beside the document are a COCO dataset."""
    document = json.loads(read(parcel, "masks/masks.coco.json"))
    (tmp_path / "in" / "images").mkdir(parents=True)
    for image in document["images"]:
        Image.new("RGB", SIZE[::-1]).save(tmp_path / "in" / "images" / image["file_name"])
    (tmp_path / "in" / "instances.json").write_bytes(read(parcel, "masks/masks.coco.json"))
    store = DatasetStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")}))
    store.import_path(tmp_path / "in", "back")
    pairs = {pair.stem: pair for pair in store.open("back").pairs}
    np.testing.assert_array_equal(read_labels(pairs["frame_000025"]), labels(25))


def test_how_it_was_made_is_in_it(parcel: Path) -> None:
    told = json.loads(read(parcel, "provenance.json"))
    assert told["network"]["dataset_hash"] == "b" * 64
    assert told["command"] == "segcore segment '<b>.mp4' cats --out results"
    assert told["versions"] == {"segcore": "0.1.0"}


def test_parts_can_be_chosen(result: Path, tmp_path: Path) -> None:
    listed = pack(facts_of(result), tmp_path / "few.zip", ["masks"])
    assert set(listed) == {
        "README.txt",
        "masks/masks.parquet",
        "masks/masks.coco.json",
        "provenance.json",
        "summary.json",
    }
    assert names_in(tmp_path / "few.zip") == set(listed)


def test_what_a_result_lacks_is_told(result: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.mkdir()
    for path in result.iterdir():
        if path.name not in ("masks.parquet", "frames.zip"):
            (older / path.name).write_bytes(path.read_bytes())
    assert there(facts_of(older).result.names) == ["video", "report", "tables", "charts"]
    with pytest.raises(ConfigError, match=r"Received: masks\. Segment the video again"):
        pack(facts_of(older), tmp_path / "x.zip", ["tables", "masks"])
    with pytest.raises(ConfigError, match=r"Received: sauce\.$"):
        pack(facts_of(older), tmp_path / "x.zip", ["sauce"])  # type: ignore[list-item]
    assert not (tmp_path / "x.zip").exists()


def test_progress_rises_to_its_end(result: Path, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    pack(facts_of(result), tmp_path / "a.zip", ["tables", "masks"], lambda *step: steps.append(step))
    done = [step[1] for step in steps]
    assert done == sorted(done)
    assert steps[-1][1] == steps[-1][2] > 0
    assert len([s for s in steps if s[0].endswith("coco.json")]) > FRAMES


def test_a_broken_packing_leaves_nothing(result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(stage: str, _done: int, _all: int) -> None:
        if "overlay" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(facts_of(result), tmp_path / "x.zip", ["video"], stop)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=10**6))
    with pytest.raises(DiskFull, match=r"1 MB are free.*take less along"):
        pack(facts_of(result), tmp_path / "x.zip", ["video"])
    assert list(tmp_path.iterdir()) == []


def test_a_parcel_can_be_packed_again(parcel: Path, tmp_path: Path) -> None:
    """A ZIP is a result like a folder."""
    pack(facts_of(parcel), tmp_path / "again.zip", ["tables", "masks"])
    assert read(tmp_path / "again.zip", "masks/masks.coco.json") == read(parcel, "masks/masks.coco.json")
