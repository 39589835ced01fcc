"""How masks are written: every kind by a case worked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from small_dataset import write

from segcore.datasets.formats.masks.encodings import decide
from segcore.datasets.formats.masks.raw_masks import Scan, scan
from segcore.errors import InvalidMask

GREY = np.array([[0, 1], [2, 2]], np.uint8)


def _palette_png(path: Path, indices: np.ndarray, palette: list[int]) -> Path:
    image = Image.fromarray(indices).convert("P")
    image.putdata(indices.ravel().tolist())
    image.putpalette(palette)
    image.save(path)
    return path


def _decode(*paths: Path, named: int | None = None) -> tuple[str, list[list[list[int]]], str]:
    encoding = decide([scan(p) for p in paths], named)
    return encoding.kind, [encoding.decode(p).tolist() for p in paths], encoding.evidence


def test_one_channel_index(tmp_path: Path) -> None:
    kind, decoded, evidence = _decode(write(tmp_path / "a.png", GREY))
    assert (kind, decoded) == ("index", [[[0, 1], [2, 2]]])
    assert evidence == "1-channel masks: pixel value = class"


def test_three_equal_channels_are_an_index(tmp_path: Path) -> None:
    kind, decoded, evidence = _decode(write(tmp_path / "a.png", np.dstack([GREY] * 3)))
    assert (kind, decoded) == ("index", [[[0, 1], [2, 2]]])
    assert evidence == "3-channel masks with R=G=B: pixel value = class"


def test_palette_indices_are_classes_and_its_colours_theirs(tmp_path: Path) -> None:
    path = _palette_png(tmp_path / "a.png", GREY, [0, 0, 0, 10, 20, 30, 40, 50, 60])
    encoding = decide([scan(path)])
    assert encoding.kind == "palette"
    assert encoding.colors == {0: (0, 0, 0), 1: (10, 20, 30), 2: (40, 50, 60)}
    assert encoding.decode(path).tolist() == [[0, 1], [2, 2]]


def test_palettes_that_differ_are_read_by_colour(tmp_path: Path) -> None:
    one = _palette_png(tmp_path / "a.png", np.array([[0, 1]], np.uint8), [0, 0, 0, 255, 0, 0])
    two = _palette_png(tmp_path / "b.png", np.array([[0, 1]], np.uint8), [255, 0, 0, 0, 0, 0])
    kind, decoded, _ = _decode(one, two)
    assert (kind, decoded) == ("color", [[[0, 1]], [[1, 0]]])


def test_colour_maps_follow_the_known_palette_with_black_as_background(tmp_path: Path) -> None:
    lime, red, black = [0, 255, 0], [255, 0, 0], [0, 0, 0]
    path = write(tmp_path / "a.png", np.array([[lime, red], [black, red]], np.uint8))
    encoding = decide([scan(path)])
    assert encoding.colors == {0: (0, 0, 0), 1: (255, 0, 0), 2: (0, 255, 0)}
    assert encoding.decode(path).tolist() == [[2, 1], [0, 1]]


def test_voc_void_is_ignored(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", np.array([[[0, 0, 0], [128, 0, 0], [224, 224, 192]]], np.uint8))
    assert _decode(path)[1] == [[[0, 1, 255]]]


def test_black_and_white_is_two_classes(tmp_path: Path) -> None:
    kind, decoded, _ = _decode(write(tmp_path / "a.png", np.array([[0, 255]], np.uint8)))
    assert (kind, decoded) == ("binary", [[[0, 1]]])


def test_fully_white_and_fully_black_masks_too(tmp_path: Path) -> None:
    white = write(tmp_path / "a.png", np.full((2, 2), 255, np.uint8))
    black = write(tmp_path / "b.png", np.zeros((2, 2), np.uint8))
    kind, decoded, _ = _decode(white, black)
    assert (kind, decoded) == ("binary", [[[1, 1], [1, 1]], [[0, 0], [0, 0]]])


def test_grey_levels_far_apart_are_classes(tmp_path: Path) -> None:
    kind, decoded, evidence = _decode(write(tmp_path / "a.png", np.array([[0, 85, 170]], np.uint8)))
    assert (kind, decoded) == ("levels", [[[0, 1, 2]]])
    assert "0, 85, 170" in evidence


def test_255_beside_an_index_is_ignored(tmp_path: Path) -> None:
    assert _decode(write(tmp_path / "a.png", np.array([[0, 1, 2, 255]], np.uint8)))[1] == [[[0, 1, 2, 255]]]


def test_a_stray_label_is_named(tmp_path: Path) -> None:
    good = write(tmp_path / "a.png", np.arange(8, dtype=np.uint8)[None])
    bad = write(tmp_path / "b.png", np.array([[0, 1, 200]], np.uint8))
    encoding = decide([scan(good), scan(bad)])
    assert encoding.classes == 8
    assert encoding.decode(good).max() == 7
    with pytest.raises(InvalidMask, match=r"b\.png: label 200"):
        encoding.decode(bad)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_png_of_few_bits_keeps_its_values(tmp_path: Path, bits: int) -> None:
    top = 2**bits - 1
    path = tmp_path / "a.png"
    _write_grey_png(path, [[0, 1, min(2, top), top]], bits)
    assert _decode(path)[1] == [[[0, 1, min(2, top), top]]]


def _write_grey_png(path: Path, rows: list[list[int]], bits: int) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), bits, 0, 0, 0, 0)
    lines = b""
    for row in rows:
        text = "".join(format(v, f"0{bits}b") for v in row)
        lines += b"\0" + int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def test_see_through_pixels_are_background_and_half_transparent_ones_a_fault(tmp_path: Path) -> None:
    pixels = np.array([[[255, 0, 0, 255], [9, 9, 9, 0]]], np.uint8)
    assert _decode(write(tmp_path / "a.png", pixels))[1] == [[[1, 0]]]
    pixels[0, 0, 3] = 128
    with pytest.raises(InvalidMask, match="half-transparent"):
        scan(write(tmp_path / "b.png", pixels))


def test_blurred_borders_are_no_classes(tmp_path: Path) -> None:
    clean = np.zeros((100, 100, 3), np.uint8)
    clean[:50] = (255, 0, 0)
    blurred = clean.copy()
    blurred[49, 0] = (127, 3, 0)
    paths = [write(tmp_path / "a.png", clean), write(tmp_path / "b.png", blurred)]
    encoding = decide([scan(p) for p in paths])
    assert encoding.classes == 2
    with pytest.raises(InvalidMask, match="#7f0300"):
        encoding.decode(paths[1])


@given(st.sets(st.integers(1, 12), min_size=1))
def test_index_tables_never_move_a_label(codes: set[int]) -> None:
    table = decide([Scan("grey", frozenset({0, 1, *codes}), {})]).table
    assert all(table[code] == code for code in codes)
