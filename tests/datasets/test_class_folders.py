"""CVAT's "Segmentation mask 1.1" and Pascal VOC, by hand as the tools write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_trips import labels_of, read
from PIL import Image, ImageFilter
from small_dataset import pack, picture, write

from segcore.classes import voc_color
from segcore.datasets.formats import candidates, choose_reader
from segcore.datasets.formats.voc.labelmap import VOC_NAMES, read_labelmap
from segcore.datasets.repairs import Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError

LABELMAP = "# label:color_rgb:parts:actions\nbackground:10,20,30::\nroad:128,64,128::\ncar:0,0,142::\n"
LABELS = (np.indices((12, 16)).sum(0) // 6 % 3).astype(np.uint8)
COLORS = np.array([(10, 20, 30), (128, 64, 128), (0, 0, 142)], np.uint8)


def export(root: Path, masks: dict[str, np.ndarray], labelmap: str | None = LABELMAP) -> Path:
    """A folder as CVAT exports it: an image and a mask each, listed in default.txt."""
    for number, (key, mask) in enumerate(masks.items()):
        write(root / "JPEGImages" / f"{key}.png", picture(number))
        write(root / "SegmentationClass" / f"{key}.png", mask)
        write(root / "SegmentationObject" / f"{key}.png", mask)
    if labelmap is not None:
        (root / "labelmap.txt").write_text(labelmap, "utf-8")
    (root / "ImageSets" / "Segmentation").mkdir(parents=True)
    (root / "ImageSets" / "Segmentation" / "default.txt").write_text("".join(f"{key}\n" for key in masks))
    return root


def test_a_cvat_export_is_read_by_its_colours(tmp_path: Path) -> None:
    reading = read(export(tmp_path, {"a": COLORS[LABELS], "b": COLORS[LABELS]}), "cvat")
    assert reading.classes.names == ["background", "road", "car"]
    assert [c.color for c in reading.classes] == ["#0a141e", "#804080", "#00008e"]
    assert reading.evidence == "labelmap.txt with 3 classes; masks by colour"
    for found in labels_of(reading).values():
        np.testing.assert_array_equal(found, LABELS)
    row = reading.legend[1]
    assert (row.source, row.pixels, row.frames, set(row.best)) == ("#804080", 2 * (LABELS == 1).sum(), 2, {"a", "b"})
    assert (reading.problems, reading.offers, reading.split) == ((), (), None)


@pytest.mark.parametrize("inside", ["", "task_3/"])
def test_a_zip_is_imported(store: DatasetStore, tmp_path: Path, inside: str) -> None:
    root = export(tmp_path / "in", {"a": COLORS[LABELS], "b": COLORS[LABELS], "c": COLORS[LABELS]})
    report = store.import_path(pack(root, tmp_path / "a.zip", inside), "d", strict=True)
    assert (report.format, report.pairs, len(report.classes)) == ("cvat", 3, 3)


def test_masks_of_one_channel_hold_line_numbers(tmp_path: Path) -> None:
    text = "car:0,0,142::\n\n# background comes second\nbackground:0,0,0::\nroad:128,64,128::\n"
    reading = read(export(tmp_path, {"a": LABELS}, text), "cvat")
    assert reading.classes.names == ["background", "car", "road"]
    np.testing.assert_array_equal(labels_of(reading)["a"], np.array([1, 0, 2], np.uint8)[LABELS])
    assert "label number" in reading.evidence


def test_an_empty_rgb_mask_beside_others_is_background(tmp_path: Path) -> None:
    text = "background:0,0,0::\nroad:128,64,128::\n"
    colors = np.array([(0, 0, 0), (128, 64, 128)], np.uint8)
    reading = read(export(tmp_path, {"a": np.zeros((12, 16, 3), np.uint8), "b": colors[LABELS % 2]}, text), "cvat")
    found = labels_of(reading)
    assert (found["a"].max(), found["b"].max()) == (0, 1)


def test_black_that_the_labelmap_leaves_out_becomes_the_background(tmp_path: Path) -> None:
    colors = np.array([(0, 0, 0), (128, 64, 128), (0, 0, 142)], np.uint8)
    reading = read(export(tmp_path, {"a": colors[LABELS]}, "road:128,64,128::\ncar:0,0,142::\n"), "cvat")
    assert reading.classes.names == ["background", "road", "car"]
    np.testing.assert_array_equal(labels_of(reading)["a"], LABELS)
    assert any("leaves out" in note for note in reading.notes)


def test_missing_colours_are_pascal_vocs(tmp_path: Path) -> None:
    colors = np.array([voc_color(i) for i in range(3)], np.uint8)
    reading = read(export(tmp_path, {"a": colors[LABELS]}, "background:::\nroad:::\ncar:::\n"), "cvat")
    np.testing.assert_array_equal(labels_of(reading)["a"], LABELS)


def test_a_label_called_ignore_and_the_void_colour_are_ignored(tmp_path: Path) -> None:
    colors = np.array([(0, 0, 0), (9, 9, 9), (224, 224, 192)], np.uint8)
    reading = read(
        export(tmp_path, {"a": colors[LABELS]}, "background:0,0,0::\nignore:9,9,9::\nroad:1,2,3::\n"), "cvat"
    )
    assert reading.classes.names == ["background", "road"]
    np.testing.assert_array_equal(labels_of(reading)["a"], np.array([0, 255, 255], np.uint8)[LABELS])
    assert reading.notes == ("The label 'ignore' is read as ignored (255).",)


def test_unknown_colours_are_named_and_offered_to_be_ignored(tmp_path: Path) -> None:
    strange = COLORS[LABELS].copy()
    strange[0, :3] = (255, 0, 170)
    root = export(tmp_path, {"a": COLORS[LABELS], "b": strange})
    reading = read(root, "cvat")
    assert [frame.stem for frame in reading.frames] == ["a"]
    problem = reading.problems[0]
    assert (problem.file, problem.fault) == ("SegmentationClass/b.png", "colour #ff00aa of no class")
    assert "labelmap.txt" in problem.fix
    offer = reading.offers[0]
    assert (offer.kind, offer.count, offer.files) == ("unknown_ignore", 3, ("SegmentationClass/b.png",))
    mended = read(root, "cvat", offer.repairs)
    found = labels_of(mended)["b"]
    assert (found == 255).sum() == 3
    assert (mended.problems, mended.offers) == ((), ())
    assert mended.tally.as_dict() == {"unknown_ignore": {"files": 1, "pixels": 3}}


def test_blurred_borders_are_offered_to_become_the_nearest_class(tmp_path: Path) -> None:
    blocks = np.kron(np.array([[0, 1], [2, 1]]), np.ones((40, 40))).astype(np.uint8)
    colors = np.array([(0, 0, 0), (255, 0, 0), (0, 0, 255)], np.uint8)
    soft = np.asarray(Image.fromarray(colors[blocks]).filter(ImageFilter.GaussianBlur(1.5)))
    root = tmp_path / "in"
    write(root / "JPEGImages" / "a.png", np.zeros((80, 80, 3), np.uint8))
    write(root / "SegmentationClass" / "a.png", soft)
    (root / "labelmap.txt").write_text("background:0,0,0::\nroad:255,0,0::\ncar:0,0,255::\n")
    reading = read(root, "cvat")
    assert [offer.kind for offer in reading.offers] == ["near_colors", "unknown_ignore"]
    found = labels_of(read(root, "cvat", reading.offers[0].repairs))["a"]
    assert (found != blocks).mean() < 0.02


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("road:1,2,3:", "line 1: expected name:r,g,b:parts:actions"),
        ("a:1,2,3::\nb:c:1,2,3::", "line 2"),
        ("road:1,2::", "line 1"),
        ("road:1,2,300::", "line 1"),
        (":1,2,3::", "line 1"),
        ("a:1,2,3::\na:4,5,6::", "'a' is there twice"),
        ("a:1,2,3::\nb:1,2,3::", "'a' and 'b' have the same colour 1,2,3"),
        ("# nothing\n", "0 labels"),
        ("void:0,0,0::\nignore:1,1,1::", "every label is an ignored one"),
    ],
)
def test_a_wrong_labelmap_is_named(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "labelmap.txt").write_text(text)
    with pytest.raises(DatasetError, match=r"labelmap\.txt") as error:
        read_labelmap(tmp_path / "labelmap.txt")
    assert fault in str(error.value)
    assert error.value.fix


def test_masks_without_images_say_how_to_export(tmp_path: Path) -> None:
    write(tmp_path / "SegmentationClass" / "a.png", COLORS[LABELS])
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    with pytest.raises(DatasetError, match="Save images"):
        choose_reader(tmp_path).read(tmp_path, Repairs())


def test_pairs_that_are_torn_are_named(tmp_path: Path) -> None:
    root = export(tmp_path, {"a": COLORS[LABELS], "b": COLORS[LABELS], "c": COLORS[LABELS]})
    (root / "JPEGImages" / "a.png").unlink()
    (root / "SegmentationClass" / "b.png").write_bytes(b"")
    (root / "SegmentationClass" / "c.png").unlink()
    write(root / "JPEGImages" / "d.png", picture())
    write(root / "SegmentationClass" / "d.png", COLORS[LABELS])
    write(root / "JPEGImages" / "not_listed.png", picture())
    reading = read(root, "cvat")
    assert [frame.stem for frame in reading.frames] == ["d"]
    assert {p.file: p.fault for p in reading.problems} == {
        "SegmentationClass/a.png": "no image a.* in JPEGImages",
        "JPEGImages/c.png": "no mask c.png in SegmentationClass",
        "SegmentationClass/b.png": "the file is empty (0 bytes)",
    }
    assert reading.notes == ("1 images without a mask are in no list of ImageSets and are left out.",)


def test_masks_of_another_size_can_be_scaled(store: DatasetStore, tmp_path: Path) -> None:
    root = export(tmp_path / "in", {"a": COLORS[LABELS], "b": COLORS[LABELS[::2, ::2]]})
    assert [p.file for p in store.import_path(root, "d").problems] == ["SegmentationClass/b.png"]
    report = store.import_path(root, "e", repairs=Repairs(resize_masks=True))
    assert (report.pairs, report.problems) == (2, ())


def test_lists_are_the_split_and_subfolders_are_kept_apart(tmp_path: Path) -> None:
    root = export(tmp_path, {f"{v}/f_{i}": COLORS[LABELS] for v in ("one", "two") for i in range(2)})
    lists = root / "ImageSets" / "Segmentation"
    (lists / "train.txt").write_text("one/f_0\none/f_1\n")
    (lists / "val.txt").write_text("two/f_0\n")
    split = read(root, "cvat").split
    assert split is not None
    assert (split.train, split.val, split.left_out) == (("one_f_0", "one_f_1"), ("two_f_0",), ("two_f_1",))
    assert split.method == "given"


def palette_png(path: Path, labels: np.ndarray, colors: list[tuple[int, int, int]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture_of = Image.fromarray(labels)
    picture_of.putpalette([channel for color in colors for channel in color])
    picture_of.save(path)


def test_pascal_voc_without_a_labelmap_has_its_21_classes(tmp_path: Path) -> None:
    labels = np.where(LABELS == 2, 255, LABELS * 15).astype(np.uint8)
    palette = [voc_color(i) for i in range(255)] + [(224, 224, 192)]
    for key in ("2007_000032", "2007_000039"):
        write(tmp_path / "VOC2012" / "JPEGImages" / f"{key}.jpg", picture())
        palette_png(tmp_path / "VOC2012" / "SegmentationClass" / f"{key}.png", labels, palette)
    (tmp_path / "VOC2012" / "Annotations").mkdir()
    assert [(r.name, e) for r, e in candidates(tmp_path)] == [
        ("voc", "SegmentationClass/ with 2 masks, no labelmap.txt: the 21 classes of Pascal VOC")
    ]
    reading = read(tmp_path, "voc")
    assert reading.classes.names == list(VOC_NAMES)
    assert reading.classes[15].name == "person"
    np.testing.assert_array_equal(labels_of(reading)["2007_000039"], labels)


def test_other_colours_without_a_labelmap_are_asked_about(tmp_path: Path) -> None:
    root = export(tmp_path, {"a": COLORS[LABELS], "b": COLORS[LABELS]}, None)
    assert [reader.name for reader, _ in candidates(root)] == ["folders", "voc"]
    reading = choose_reader(root, "folders").read(root, Repairs())
    assert (len(reading.frames), len(reading.classes)) == (2, 4)
    assert [p.fault for p in choose_reader(root, "voc").read(root, Repairs()).problems] == [
        "colour #0a141e, colour #00008e, colour #804080 of no class"
    ] * 2


def test_a_palette_that_was_made_anew_is_read_by_its_colours(tmp_path: Path) -> None:
    shuffled = [tuple(int(v) for v in COLORS[i]) for i in (2, 0, 1)]
    write(tmp_path / "JPEGImages" / "a.png", picture())
    palette_png(tmp_path / "SegmentationClass" / "a.png", np.array([1, 2, 0], np.uint8)[LABELS], shuffled)  # type: ignore[arg-type]
    (tmp_path / "labelmap.txt").write_text(LABELMAP)
    np.testing.assert_array_equal(labels_of(read(tmp_path, "cvat"))["a"], LABELS)
