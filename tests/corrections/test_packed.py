"""Labels on their way to a browser and back: to the pixel, or refused."""

from __future__ import annotations

import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.classes import ClassTable
from segcore.corrections import packed
from segcore.corrections.packed import pack, unpack
from segcore.errors import InvalidMask

CLASSES = ClassTable.of(["background", "mouse", "bear"])
SIZES = st.tuples(st.integers(1, 20), st.integers(1, 20))
LABELS = arrays(np.uint8, SIZES, elements=st.sampled_from([0, 1, 2, 255]))


@given(LABELS)
def test_every_pixel_comes_back(labels: np.ndarray) -> None:
    assert np.array_equal(unpack(pack(labels), (labels.shape[0], labels.shape[1]), CLASSES), labels)


def test_a_frame_of_1080p_takes_little_and_comes_back() -> None:
    y, x = np.mgrid[:1080, :1920]
    labels = ((x - 900) ** 2 + (y - 500) ** 2 < 300**2).astype(np.uint8) + ((x // 80 + y // 80) % 9 == 0)
    sent = pack(labels)
    assert len(sent) < 50_000
    assert np.array_equal(unpack(sent, (1080, 1920), CLASSES), labels)


@pytest.mark.parametrize("count", [0, 11, 13, 4000])
def test_another_number_of_labels_is_refused(count: int) -> None:
    with pytest.raises(InvalidMask, match="Expected a label for each of 4×3 = 12 pixels"):
        unpack(zlib.compress(bytes(count)), (3, 4), CLASSES)


@pytest.mark.parametrize("label", [3, 100, 254])
def test_a_class_that_there_is_not_is_refused(label: int) -> None:
    with pytest.raises(InvalidMask, match=f"classes 0 to 2, or 255 .* Received: {label}"):
        unpack(pack(np.full((3, 4), label, np.uint8)), (3, 4), CLASSES)


def test_only_five_unknown_classes_are_named() -> None:
    with pytest.raises(InvalidMask, match="3, 4, 5, 6, 7 …"):
        unpack(pack(np.arange(3, 15, dtype=np.uint8).reshape(3, 4)), (3, 4), CLASSES)


def test_damage_is_refused() -> None:
    whole = pack(np.zeros((3, 4), np.uint8))
    for broken in (b"", b"no labels", whole[:-1], whole[:-4] + b"\0\0\0\0", whole + b"more"):
        with pytest.raises(InvalidMask):
            unpack(broken, (3, 4), CLASSES)


def test_much_that_is_packed_small_is_not_unpacked() -> None:
    """Fifty megabytes of zeros take fifty kilobytes; only as much as the frame has is ever unpacked."""
    bomb = zlib.compress(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(InvalidMask, match="Received: more"):
        unpack(bomb, (30, 40), CLASSES)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_what_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "LARGEST", 1_000_000)
    with pytest.raises(InvalidMask, match=r"at most 1 MB\. Received: 1\.5 MB"):
        unpack(bytes(1_500_000), (3, 4), CLASSES)
