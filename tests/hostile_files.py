"""Files that should not be trusted, and a small good dataset to put them into."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = (24, 32)
"""(height, width) of the good frames."""


def good_labels(number: int = 0) -> np.ndarray:
    """(24, 32) uint8, classes 0..7 in columns."""
    return np.tile(((np.arange(SIZE[1]) // 4 + number) % 8).astype(np.uint8), (SIZE[0], 1))


def good_image(number: int = 0) -> np.ndarray:
    """(24, 32, 3) uint8 noise."""
    return np.random.default_rng(number).integers(0, 256, (*SIZE, 3), np.uint8)


def good_folder(root: Path, count: int = 4) -> Path:
    """Pairs a0, a1, … with index masks of eight classes."""
    for name in ("images", "masks"):
        (root / name).mkdir(parents=True)
    for number in range(count):
        Image.fromarray(good_image(number)).save(root / "images" / f"a{number}.png")
        Image.fromarray(good_labels(number)).save(root / "masks" / f"a{number}.png")
    return root


def good_zip(folder: Path, extra: dict[str, bytes] | None = None) -> Path:
    """A ZIP of a good dataset and extra entries."""
    root = good_folder(folder / "good")
    target = folder / "good.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(root.rglob("*.png")):
            archive.write(path, path.relative_to(root).as_posix())
        for name, data in (extra or {}).items():
            info = zipfile.ZipInfo()
            info.filename = name
            archive.writestr(info, data)
    return target


def grey_png_of_zeros(path: Path, width: int, height: int) -> Path:
    """A 1-bit PNG of any size in a few kilobytes, written row by row."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b""))
    return path


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def overlapping_zip(path: Path, entries: int = 50, size: int = 1 << 20) -> Path:
    """Many names that share the same compressed bytes: a few kilobytes that unpack to `entries` × `size`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a00", bytes(size))
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    directory = data[start:end]
    many = b"".join(directory.replace(b"a00", f"a{i:02d}".encode()) for i in range(entries))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, entries, entries, len(many), start, 0)
    path.write_bytes(data[:start] + many + tail)
    return path


def files_below(folder: Path) -> list[str]:
    """Names of all files and folders below a folder, hidden ones too."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*")) if folder.exists() else []
