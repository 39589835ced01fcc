"""What plain folders offer to mend, and that taking an offer mends it – and nothing is mended unasked."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from small_dataset import labels, picture, write, write_folder

from segcore.classes import ClassTable
from segcore.datasets.dataset import read_labels
from segcore.datasets.formats import Reading
from segcore.datasets.formats.folders.reader import FoldersReader
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.repairs import Offer, Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError

COLORS = np.array([(0, 0, 0), (220, 20, 60), (0, 130, 200)], np.uint8)


def _read(root: Path, repairs: Repairs | None = None) -> Reading:
    return FoldersReader().read(root, repairs or Repairs())


def _offer(reading: Reading, kind: str) -> Offer:
    found = [offer for offer in reading.offers if offer.kind == kind]
    assert len(found) == 1, reading.offers
    return found[0]


def _large(number: int) -> np.ndarray:
    """(96, 128) uint8, three classes with an inside."""
    drawn = np.zeros((96, 128), np.uint8)
    cv2.circle(drawn, (40 + number, 45), 25, 1, -1)
    cv2.rectangle(drawn, (75, 20 + number), (115, 70), 2, -1)
    return drawn


def _colored(root: Path, *, blur: bool, suffix: str = ".png") -> Path:
    for number in range(3):
        write(
            root / "images" / f"f{number}.png", np.random.default_rng(number).integers(0, 256, (96, 128, 3), np.uint8)
        )
        mask = COLORS[_large(number)]
        path = write(root / "masks" / f"f{number}{suffix}", cv2.GaussianBlur(mask, (0, 0), 1.2) if blur else mask)
        if suffix == ".jpg":
            Image.fromarray(mask).save(path, quality=90)
    return root


def test_a_clean_set_has_no_offers_and_a_counted_legend(tmp_path: Path) -> None:
    reading = _read(write_folder(tmp_path / "in", 4))
    assert reading.offers == ()
    assert [row.source for row in reading.legend] == ["label 0", "label 1", "label 2"]
    counts = sum(np.bincount(labels(n).ravel(), minlength=3) for n in range(4))
    assert [row.pixels for row in reading.legend] == counts.tolist()
    assert [row.frames for row in reading.legend] == [4, 4, 4]
    most = max(range(4), key=lambda n: (labels(n) == 1).sum())
    assert (labels(int(reading.legend[1].best[0][-1])) == 1).sum() == (labels(most) == 1).sum()
    assert not any(row.known for row in reading.legend)


def test_named_classes_are_known(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "classes.txt").write_text("background\ncat\ndog\n")
    assert all(row.known for row in _read(root).legend)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_blurred_colour_masks_are_problems_until_nearest_colours_are_allowed(
    store: DatasetStore, tmp_path: Path, suffix: str
) -> None:
    root = _colored(tmp_path / "in", blur=suffix == ".png", suffix=suffix)
    reading = _read(root)
    assert reading.frames == ()
    assert len(reading.problems) == 3
    offer = _offer(reading, "near_colors")
    assert offer.count == 3
    report = store.import_path(root, "d", repairs=offer.repairs)
    assert (report.pairs, report.problems) == (3, ())
    assert len(report.classes) == 3
    assert report.repaired[0].startswith("Blurred borders: ")
    assert "in 3 masks" in report.repaired[0]
    order = [int(np.abs(COLORS.astype(int) - c.rgb).sum(1).argmin()) for c in report.classes]
    for number, pair in enumerate(store.open("d").pairs):
        assert (np.array(order)[read_labels(pair)] == _large(number)).mean() > 0.99


def test_colours_that_are_only_borders_are_offered_to_be_merged(tmp_path: Path) -> None:
    """Half-way colours along the edges pass the limit of a trace, but have no inside."""
    root = _colored(tmp_path / "in", blur=False)
    for path in (root / "masks").iterdir():
        mask = np.asarray(Image.open(path)).copy()
        mask[:, 60] = (110, 10, 30)
        Image.fromarray(mask).save(path)
    reading = _read(root)
    assert len(reading.classes) == 4
    mended = _read(root, _offer(reading, "near_colors").repairs)
    assert [c.color for c in mended.classes] == ["#000000", "#0082c8", "#dc143c"]


def test_unknown_labels_are_offered_to_be_ignored(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    stray = labels(1)
    stray[0, :5] = 200
    write(root / "masks" / "f_1.png", stray)
    reading = _read(root)
    offer = _offer(reading, "unknown_ignore")
    assert offer.files == ("masks/f_1.png",)
    assert "200" in offer.detail
    assert store.import_path(root, "strict").pairs == 3
    report = store.import_path(root, "d", repairs=offer.repairs)
    assert (report.pairs, report.problems) == (4, ())
    assert report.repaired == ("Labels of no class: 5 pixels in 1 mask are ignored",)
    expected = labels(1)
    expected[0, :5] = 255
    assert (read_labels(store.open("d").pairs[1]) == expected).all()


def test_masks_of_another_size_are_scaled_when_allowed(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    small = labels(1)[::2, ::2]
    write(root / "masks" / "f_1.png", small)
    offer = _offer(_read(root), "resize_masks")
    assert offer.files == ("masks/f_1.png",)
    assert store.import_path(root, "without").pairs == 3
    report = store.import_path(root, "d", repairs=offer.repairs)
    assert report.repaired == ("Another size: 1 mask scaled to the size of the image",)
    assert (read_labels(store.open("d").pairs[1]) == small.repeat(2, 0).repeat(2, 1)).all()


@pytest.mark.parametrize("orientation", [6, 8, 3])
def test_masks_drawn_before_the_exif_rotation_are_turned_with_it(
    store: DatasetStore, tmp_path: Path, orientation: int
) -> None:
    root = write_folder(tmp_path / "in", 3)
    photo = Image.fromarray(picture(1))
    exif = photo.getexif()
    exif[0x0112] = orientation
    photo.save(root / "images" / "f_1.png", exif=exif)
    offer = _offer(_read(root), "turn_masks")
    report = store.import_path(root, "d", repairs=offer.repairs)
    assert report.pairs == 3
    assert report.repaired == ("EXIF rotation: 1 mask turned with the image",)
    turns = {6: -1, 8: 1, 3: 2}[orientation]
    assert (read_labels(store.open("d").pairs[1]) == np.rot90(labels(1), turns)).all()
    assert (read_labels(store.open("d").pairs[0]) == labels(0)).all()


@pytest.mark.parametrize(("image", "mask"), [("{}", "{}_mask"), ("{}_sat", "{}_L"), ("{}", "gt-{}")])
def test_names_that_differ_by_a_piece_are_paired_when_allowed(
    store: DatasetStore, tmp_path: Path, image: str, mask: str
) -> None:
    root = tmp_path / "in"
    for number in range(3):
        write(root / "images" / f"{image.format(f'f{number}')}.png", picture(number))
        write(root / "masks" / f"{mask.format(f'f{number}')}.png", labels(number))
    reading = _read(root)
    assert reading.frames == ()
    report = store.import_path(root, "d", repairs=_offer(reading, "pair_suffix").repairs)
    assert (report.pairs, report.problems) == (3, ())
    for number, pair in enumerate(store.open("d").pairs):
        assert pair.stem == image.format(f"f{number}")
        assert (read_labels(pair) == labels(number)).all()


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("binary", [0, 1, 2], [0, 1, 1]),
        ("index", [0, 85, 170], [0, 85, 170]),
        ("levels", [0, 1, 5], [0, 1, 2]),
        ("color", [0, 85, 170], [0, 1, 2]),
    ],
)
def test_the_encoding_can_be_chosen(
    store: DatasetStore, tmp_path: Path, kind: str, values: list[int], expected: list[int]
) -> None:
    root = write_folder(tmp_path / "in", 2)
    for number in range(2):
        write(root / "masks" / f"f_{number}.png", np.array(values, np.uint8)[labels(number)])
    report = store.import_path(root, "d", repairs=Repairs.model_validate({"encoding": kind}))
    assert "chosen" in report.evidence
    assert (read_labels(store.open("d").pairs[1]) == np.array(expected)[labels(1)]).all()


def test_an_encoding_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="colours, they cannot be read as index"):
        _read(_colored(tmp_path / "in", blur=False), Repairs(encoding="index"))


def test_the_mapping_of_the_user_is_baked_in_and_told(store: DatasetStore, tmp_path: Path) -> None:
    """Swap 1 and 2 with new names, and ignore 0."""
    mapping = ClassMapping(classes=ClassTable.of(["cat", "dog"], ["#112233", "#445566"]), target=(255, 1, 0))
    report = store.import_path(write_folder(tmp_path / "in"), "d", repairs=Repairs(mapping=mapping))
    assert report.classes == mapping.classes
    moved = sum(int((labels(n) != 1).sum()) for n in range(4))
    assert report.repaired == (f"Classes changed as chosen: {moved} pixels in 4 masks",)
    dataset = store.open("d")
    assert (read_labels(dataset.pairs[2]) == np.array([255, 1, 0])[labels(2)]).all()
    assert dataset.source["classes_found"][1]["name"] == "class 1"


def test_a_mapping_for_other_classes_is_refused(store: DatasetStore, tmp_path: Path) -> None:
    mapping = ClassMapping(classes=ClassTable.of(["a"]), target=(0,))
    with pytest.raises(DatasetError, match="1 rows, the source 3 classes"):
        store.import_path(write_folder(tmp_path / "in"), "d", repairs=Repairs(mapping=mapping))
    assert list(store.root.iterdir()) == []


def test_folders_below_images_are_groups(tmp_path: Path) -> None:
    for video in ("a", "b"):
        for number in range(2):
            write(tmp_path / "in" / "images" / video / f"{video}{number}.png", picture(number))
            write(tmp_path / "in" / "masks" / video / f"{video}{number}.png", labels(number))
    assert _read(tmp_path / "in").groups == {"a0": "a", "a1": "a", "b0": "b", "b1": "b"}


def test_a_jpeg_among_numbered_masks_is_not_offered_to_be_guessed(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "masks" / "f_1.png").unlink()
    Image.fromarray(labels(1)).save(root / "masks" / "f_1.jpg")
    reading = _read(root)
    assert reading.offers == ()
    assert [p.file for p in reading.problems] == ["masks/f_1.jpg"]


def test_thin_classes_of_clean_masks_survive_the_mending_of_others(tmp_path: Path) -> None:
    """A pole two pixels wide has hardly an inside, but clean masks show it as it is."""
    root = _colored(tmp_path / "in", blur=False)
    for path in sorted((root / "masks").iterdir()):
        mask = np.asarray(Image.open(path)).copy()
        mask[10:80, 66:68] = (250, 250, 40)
        mask[80:84, 64:70] = (250, 250, 40)
        soft = cv2.GaussianBlur(mask, (0, 0), 1.2) if path.stem == "f1" else mask
        Image.fromarray(soft).save(path)
    reading = _read(root)
    assert len(reading.frames) == 2
    mended = _read(root, _offer(reading, "near_colors").repairs)
    assert "#fafa28" in [c.color for c in mended.classes]
    assert len(mended.classes) == 4
    assert len(mended.frames) == 3
