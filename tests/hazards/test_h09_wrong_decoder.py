"""What a file is, its content says: only a few decoders are ever opened."""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hostile_files import good_folder, good_image
from PIL import Image
from PIL.ImageFile import ImageFile

from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.errors import InvalidImage
from segcore.settings import Settings

FITS = b"".join(
    line.encode().ljust(80)
    for line in (
        "SIMPLE  =                    T",
        "BITPIX  =                    8",
        "NAXIS   =                    0",
        "END",
    )
).ljust(2880)


def test_h09_fits_called_png(home: Settings, tmp_path: Path) -> None:
    root = good_folder(tmp_path / "in")
    (root / "images" / "a1.png").write_bytes(FITS)
    report = DatasetStore(home).import_path(root, "d")
    assert [p.file for p in report.problems] == ["images/a1.png"]
    assert "not a JPEG, PNG, BMP, WebP or TIFF" in report.problems[0].fault


@pytest.mark.parametrize("kind", ["GIF", "ICO", "PPM", "TGA", "PCX", "EPS"])
def test_h09_other_decoders_stay_closed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(good_image()).save(path, format=kind)
    with pytest.raises(InvalidImage):
        read_image(path)


@pytest.mark.parametrize("kind", [SyntaxError, ValueError, EOFError, TypeError, IndexError, struct.error, zlib.error])
def test_h09_whatever_a_decoder_raises_is_a_damaged_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    """Pillow's decoders raise all of these; which file makes them do so changes with its version."""
    path = tmp_path / "a.png"
    Image.fromarray(good_image()).save(path)

    def load(_: ImageFile) -> None:
        raise kind("broken")

    monkeypatch.setattr(ImageFile, "load", load)
    with pytest.raises(InvalidImage, match=r"a\.png: cut off or damaged \(broken\)"):
        read_image(path)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_h09_random_bytes_never_escape_as_other_errors(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for kind in ("PNG", "JPEG", "BMP", "TIFF", "WEBP"):
        path = tmp_path / "a.bin"
        Image.fromarray(good_image()).save(path, format=kind)
        data = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(40):
            broken = data.copy()
            broken[rng.integers(0, len(data), 6)] = rng.integers(0, 256, 6)
            path.write_bytes(broken.tobytes())
            with contextlib.suppress(InvalidImage):
                assert read_image(path).ndim == 3
