"""Thumbnails: made once, never stale, bounded; and what they show is what the labels mean."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pages.common import thumbs as room
from pages.common.pictures import layered, paint
from pages.common.thumbs import Thumbs, small
from segcore.classes import IGNORE, ClassTable
from segcore.datasets.dataset import Dataset, Pair, Split
from segcore.datasets.mapping import ClassMapping

CLASSES = ClassTable.of(["ground", "red", "green"], ["#000000", "#ff0000", "#00ff00"])


def pair_in(folder: Path, number: int = 0) -> Pair:
    """A grey frame, 80×60: class 1 on the left, 2 on the right, a stripe ignored."""
    mask = np.ones((60, 80), np.uint8)
    mask[:, 40:], mask[:10] = 2, IGNORE
    image, labels = folder / f"{number}.jpg", folder / f"{number}.png"
    Image.fromarray(np.full((60, 80, 3), 100 + number, np.uint8)).save(image)
    Image.fromarray(mask).save(labels)
    return Pair(str(number), image, labels)


def dataset_of(folder: Path, count: int = 1) -> Dataset:
    pairs = tuple(pair_in(folder, number) for number in range(count))
    return Dataset("d", folder, CLASSES, pairs, Split((), ()), "", {}, CLASSES, ClassMapping.identity(CLASSES))


def kept(cache: Thumbs) -> list[Path]:
    return sorted(cache.folder.glob("*/*"))


def test_a_picture_is_made_once_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = dataset_of(tmp_path)
    first = Thumbs(tmp_path / "cache").picture(data, data.pairs[0])
    monkeypatch.setattr(room, "small", lambda *_: pytest.fail("made again"))
    assert Thumbs(tmp_path / "cache").picture(data, data.pairs[0]) == first


def test_whatever_it_depends_on_gives_another_picture(tmp_path: Path) -> None:
    data, cache = dataset_of(tmp_path), Thumbs(tmp_path / "cache")
    pair = data.pairs[0]
    swapped = replace(pair, table=bytes([0, 2, 1, *[IGNORE] * 253]))
    recoloured = replace(data, classes=ClassTable.of(["ground", "red", "green"], ["#000000", "#0000ff", "#00ff00"]))
    pictures = {cache.picture(data, pair, layer) for layer in ("image", "mask", "fill", "contours")}
    pictures |= {cache.picture(data, pair, "mask", 40), cache.picture(data, swapped, "mask")}
    pictures.add(cache.picture(recoloured, pair, "mask"))
    assert len(pictures) == len(kept(cache)) == 7
    os.utime(pair.mask, ns=(1, 1))
    cache.picture(data, pair, "mask")
    assert len(kept(cache)) == 8
    cache.picture(recoloured, pair, "image")  # the picture alone does not depend on colours
    assert len(kept(cache)) == 8


def test_what_was_not_seen_for_longest_goes_first(tmp_path: Path) -> None:
    data = dataset_of(tmp_path, 8)
    cache = Thumbs(tmp_path / "cache")
    sizes = []
    for age, pair in enumerate(data.pairs):
        sizes.append(len(cache.picture(data, pair)))
        newest = max(kept(cache), key=lambda p: p.stat().st_mtime)
        os.utime(newest, (1000.0 + age, 1000.0 + age))
    assert len(kept(cache)) == 8
    seen_again = kept(cache)[0]
    cache.limit = sum(sizes) // 2
    for path in kept(cache):
        if path.stat().st_mtime == 1000.0:
            seen_again = path
    cache.picture(data, data.pairs[0])  # found, not made: it counts as fresh again
    assert seen_again.stat().st_mtime > 1_000_000
    cache.trim()
    left = kept(cache)
    assert seen_again in left
    assert 0 < sum(p.stat().st_size for p in left) <= cache.limit * 0.9
    assert {p.stat().st_mtime for p in left} - {seen_again.stat().st_mtime} == {
        1000.0 + age for age in range(8 - len(left) + 1, 8)
    }


def test_it_never_grows_far_beyond_its_limit(tmp_path: Path) -> None:
    data = dataset_of(tmp_path, 12)
    cache = Thumbs(tmp_path / "cache", limit=6000)
    most = 0
    for width in (80, 70, 60):
        cache.pictures(data, data.pairs, "contours", width)
        most = max(most, sum(p.stat().st_size for p in kept(cache)))
    assert 0 < most <= 6000


def test_a_damaged_frame_gives_a_grey_picture_that_is_not_kept(tmp_path: Path) -> None:
    data, cache = dataset_of(tmp_path), Thumbs(tmp_path / "cache")
    good = cache.picture(data, data.pairs[0])
    data.pairs[0].image.write_bytes(b"no picture")
    bad = cache.picture(data, data.pairs[0])
    assert bad.startswith(b"\xff\xd8")
    assert bad != good
    assert len(kept(cache)) == 1
    data.pairs[0].image.unlink()
    assert cache.picture(data, data.pairs[0]) == bad


def test_labels_are_shown_as_the_mapping_says(tmp_path: Path) -> None:
    pair = replace(pair_in(tmp_path), table=bytes([0, 2, IGNORE, *[IGNORE] * 253]))
    shown = small(pair, CLASSES, "mask", 80)
    assert shown[30, 20].tolist() == [0, 255, 0]
    assert len(set(shown[30, 60].tolist())) > 1
    assert shown[30, 60].max() < 160  # ignored: grey stripes


def test_layers() -> None:
    image = np.full((40, 40, 3), 100, np.uint8)
    labels = np.zeros((40, 40), np.uint8)
    labels[10:30, 10:30] = 1
    assert layered(image, labels, CLASSES, "image") is image
    mask = layered(image, labels, CLASSES, "mask")
    assert (mask[10:30, 10:30] == (255, 0, 0)).all()
    assert (mask[0] == 0).all()
    fill, contours = (layered(image, labels, CLASSES, layer) for layer in ("fill", "contours"))
    assert fill[20, 20, 0] > 150 > fill[20, 20, 1]
    assert (contours[20, 20] == 100).all()
    assert contours[:, :, 0].max() > 200


def test_ignored_pixels_are_stripes_that_no_class_has() -> None:
    painted = paint(np.full((16, 16), IGNORE, np.uint8), CLASSES)
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) == 2
