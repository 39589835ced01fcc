"""COCO instances, against pycocotools, COCO's own tool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import labels_of, made, miou, read, written
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from small_dataset import picture, write

from segcore.datasets.formats import choose_reader
from segcore.datasets.repairs import Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError

BIG = [[2.0, 1.0, 14.0, 1.0, 14.0, 11.0, 2.0, 11.0]]
WILD = [[3.3, 2.1, 9.7, 4.4, 5.2, 10.9], [10.1, 2.0, 15.9, 3.0, 12.4, 9.6]]
CATEGORIES = [{"id": 18, "name": "dog"}, {"id": 3, "name": "car"}]


def packed(mask: np.ndarray) -> dict[str, Any]:
    rle = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    return {"size": list(rle["size"]), "counts": rle["counts"].decode()}


def document(annotations: list[dict[str, Any]], names: tuple[str, ...] = ("a.png", "b.png")) -> dict[str, Any]:
    images = [{"id": 7 + i, "file_name": name, "width": 16, "height": 12} for i, name in enumerate(names)]
    rows = [{"id": i, "iscrowd": 0, "image_id": 7, "category_id": 3, **a} for i, a in enumerate(annotations, 1)]
    return {"images": images, "categories": CATEGORIES, "annotations": rows}


def coco(root: Path, data: object, names: tuple[str, ...] = ("a.png", "b.png"), part: str = "default") -> Path:
    for number, name in enumerate(names):
        write(root / "images" / name, picture(number))
    (root / "annotations").mkdir(parents=True, exist_ok=True)
    (root / "annotations" / f"instances_{part}.json").write_text(json.dumps(data))
    return root


def truth(file: Path, image_id: int, label_of: dict[int, int]) -> np.ndarray:
    """What pycocotools makes of a file: the largest first, categories as labels."""
    tool = COCO(str(file))
    labels = np.zeros((12, 16), np.uint8)
    masks = [(tool.annToMask(a), label_of[a["category_id"]]) for a in tool.loadAnns(tool.getAnnIds(imgIds=[image_id]))]
    for mask, label in sorted(masks, key=lambda one: -int(one[0].sum())):
        labels[mask == 1] = label
    return labels


def test_polygons_and_both_kinds_of_run_lengths_are_as_pycocotools_draws_them(tmp_path: Path) -> None:
    blob = np.indices((12, 16)).sum(0) % 5 < 2
    listed = {"size": [12, 16], "counts": [30, 20, 142]}
    annotations = [
        {"segmentation": WILD, "category_id": 18},
        {"segmentation": BIG},
        {"segmentation": packed(blob), "image_id": 8, "category_id": 18},
        {"segmentation": listed, "image_id": 8, "iscrowd": 1},
    ]
    root = coco(tmp_path, document(annotations))
    reading = read(root, "coco")
    assert reading.classes.names == ["background", "car", "dog"]
    for stem, image_id in (("a", 7), ("b", 8)):
        true = truth(root / "annotations" / "instances_default.json", image_id, {3: 1, 18: 2})
        assert len(np.unique(true)) == 3
        assert miou(labels_of(reading)[stem], true, 3) == 1.0
    assert reading.evidence == "annotations/instances_default.json with COCO's regions: 2 images, 2 categories"
    assert reading.notes[-1] == "1 regions of crowds (iscrowd) are read like single objects."
    assert [(row.source, row.frames) for row in reading.legend] == [
        ("no annotation", None),
        ("category 3", 2),
        ("category 18", 2),
    ]


def test_a_picture_without_annotations_is_all_background(tmp_path: Path) -> None:
    found = labels_of(read(coco(tmp_path, document([{"segmentation": BIG}])), "coco"))
    assert (found["a"].max(), found["b"].max()) == (1, 0)


def test_one_file_a_part_is_the_split(tmp_path: Path) -> None:
    coco(tmp_path, document([{"segmentation": BIG}], ("a.png",)), ("a.png",), "train2017")
    coco(tmp_path, document([{"segmentation": BIG}], ("b.png",)), ("b.png",), "val2017")
    (tmp_path / "annotations" / "captions_val2017.json").write_text('{"images": [], "annotations": []}')
    split = read(tmp_path, "coco").split
    assert split is not None
    assert (split.train, split.val) == (("a",), ("b",))


def test_roboflow_keeps_a_json_beside_the_pictures(tmp_path: Path) -> None:
    for part in ("train", "valid"):
        write(tmp_path / part / "a.png", picture())
        (tmp_path / part / "_annotations.coco.json").write_text(
            json.dumps(document([{"segmentation": BIG}], ("a.png",)))
        )
    reading = read(tmp_path, "coco")
    assert reading.split is not None
    assert (reading.split.train, reading.split.val) == (("train_a",), ("valid_a",))


def test_a_category_called_background_is_class_0(tmp_path: Path) -> None:
    data = document([{"segmentation": BIG}]) | {"categories": [*CATEGORIES, {"id": 40, "name": "Background"}]}
    reading = read(coco(tmp_path, data), "coco")
    assert reading.classes.names == ["Background", "car", "dog"]
    assert labels_of(reading)["a"].max() == 1


RLE = {"size": [12, 16], "counts": [0, 192]}


@pytest.mark.parametrize(
    ("annotation", "fault"),
    [
        ({"segmentation": []}, "annotation 1: no outline"),
        ({}, "annotation 1: no outline"),
        ({"segmentation": [[1, 1, 2, 2]]}, "fewer than 3 points"),
        ({"segmentation": [[1, 1, 2, 2, 3, "x"]]}, "no list of numbers"),
        ({"segmentation": [[1, 1, 2, 2, 1e300, 5]]}, "far outside"),
        ({"segmentation": [[-9e9, 1, 2, 2, 3, 5]]}, "far outside"),
        ({"segmentation": [[0, 0, 16, 12] * 200_000]}, "longer than"),
        ({"segmentation": RLE | {"size": [16, 12]}}, "a mask of size [16, 12], the picture is [12, 16]"),
        ({"segmentation": RLE | {"size": [60000, 60000]}}, "a mask of size"),
        ({"segmentation": RLE | {"counts": [0, 191]}}, "runs for 191 pixels"),
        ({"segmentation": RLE | {"counts": [-5, 197]}}, "whole numbers"),
        ({"segmentation": RLE | {"counts": [10**30, 1]}}, "runs for 1000"),
        ({"segmentation": RLE | {"counts": "PPPPPPPPPPPP1"}}, "longer than any picture"),
        ({"segmentation": RLE | {"counts": "\x00"}}, "no run-length code"),
        ({"segmentation": RLE | {"counts": None}}, "whole numbers"),
    ],
)
def test_a_region_that_cannot_be_is_named_and_the_others_stay(
    store: DatasetStore, tmp_path: Path, annotation: dict[str, Any], fault: str
) -> None:
    root = coco(tmp_path / "in", document([annotation, {"segmentation": BIG, "image_id": 8}]))
    report = store.import_path(root, "d")
    assert report.pairs == 1
    assert report.problems[0].file == "annotations/instances_default.json"
    assert report.problems[0].fault.startswith("a.png: annotation 1: ")
    assert fault in report.problems[0].fault
    assert report.problems[0].fix


def test_dangling_ids_are_named(tmp_path: Path) -> None:
    annotations = [
        {"segmentation": BIG, "image_id": 99},
        {"segmentation": BIG, "category_id": 5},
        {"segmentation": BIG, "image_id": 8},
    ]
    root = coco(tmp_path, document(annotations))
    reading = read(root, "coco")
    assert [frame.stem for frame in reading.frames] == ["b"]
    assert [p.fault for p in reading.problems] == [
        "1 annotations belong to images that are not listed (image_id 99)",
        "a.png: category 5 is not listed",
    ]
    mended = read(root, "coco", reading.offers[0].repairs)
    found = labels_of(mended)["a"]
    assert ((found == 255).sum(), (found == 0).sum()) == (120, 72)
    assert mended.tally.as_dict()["unknown_ignore"]["pixels"] == 120


@pytest.mark.parametrize(
    "name", ["../secret.png", "/etc/secret.png", "C:\\secret.png", "x\\..\\..\\secret.png", "gone.png"]
)
def test_names_that_lead_out_or_nowhere_are_named(tmp_path: Path, name: str) -> None:
    write(tmp_path / "secret.png", picture())
    root = coco(tmp_path / "in", document([{"segmentation": BIG, "image_id": 8}], (name, "b.png")), ("b.png",))
    reading = read(root, "coco")
    assert [frame.stem for frame in reading.frames] == ["b"]
    assert len(reading.problems) == 1
    assert ("leads out" in reading.problems[0].fault) == (name != "gone.png")


def test_a_listed_size_that_is_not_the_pictures(store: DatasetStore, tmp_path: Path) -> None:
    data = document([{"segmentation": [[4, 2, 28, 2, 28, 22, 4, 22]]}])
    data["images"][0] |= {"width": 32, "height": 24}
    root = coco(tmp_path / "in", data)
    problems = store.import_path(root, "d").problems
    assert problems[0].fault == "a.png: listed as 32×24, the picture is 16×12"
    store.import_path(root, "e", repairs=Repairs(resize_masks=True))
    assert int(store.open("e").pixels()[0, 1]) == 12 * 10


def test_an_impossible_size_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    data = document([{"segmentation": BIG}, {"segmentation": BIG, "image_id": 8}])
    data["images"][0] |= {"width": 60000, "height": 60000}
    reading = read(coco(tmp_path, data), "coco")
    assert [p.fault for p in reading.problems] == ["a.png: listed as 60000×60000, more than 50 megapixels"]


def test_doubled_images_are_named(tmp_path: Path) -> None:
    data = document([{"segmentation": BIG}], ("a.png", "b.png", "b.png"))
    data["images"][1]["id"] = 7
    problems = [p.fault for p in read(coco(tmp_path, data), "coco").problems]
    assert problems == ["two images have the id 7: a.png and b.png"]


HEAD = '{"images": [], "annotations": [], "segmentation": 0, "categories": '


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"images": [], "annotations": [], "segmentation": NaN, "categories": []}', "NaN"),
        ('{"images": [], "annotations": [], "segmentation": ' + "[" * 100_000, "not valid JSON"),
        ('{"images": {}, "annotations": [], "segmentation": 0, "categories": []}', "a list 'images'"),
        (HEAD + "[]}", "no categories"),
        (HEAD + '[{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}', "the id 1"),
        (HEAD + '[{"id": 1, "name": "a"}, {"id": 2, "name": "a"}]}', "unique"),
        (HEAD + '[{"id": -1, "name": "a"}]}', "whole id"),
        (HEAD + '[{"id": 1, "name": "a"}]}', "No picture"),
    ],
)
def test_a_document_that_cannot_be_is_named(tmp_path: Path, text: str, fault: str) -> None:
    root = coco(tmp_path, {})
    (root / "annotations" / "instances_default.json").write_text(text)
    with pytest.raises(DatasetError, match=fault):
        choose_reader(root).read(root, Repairs())


def test_what_is_written_is_read_by_pycocotools(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    maps = [np.kron(rng.integers(0, 4, (6, 8)), np.ones((2, 2))).astype(np.uint8) for _ in range(2)]
    written(made(tmp_path / "in", maps), "coco", tmp_path / "out")
    for file, labels in zip(("train", "val"), maps, strict=True):
        path = tmp_path / "out" / "annotations" / f"instances_{file}.json"
        np.testing.assert_array_equal(truth(path, 1, {1: 1, 2: 2, 3: 3}), labels)
        rows = json.loads(path.read_text())["annotations"]
        assert sum(row["area"] for row in rows) == (labels > 0).sum()
        assert [row["bbox"] for row in rows] == [coco_mask.toBbox(row["segmentation"]).tolist() for row in rows]
