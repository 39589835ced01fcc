"""Broken uploads, one for each kind of fault: how to make it, and what a user must be told."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hostile_files import good_folder, good_image, good_labels, good_zip, overlapping_zip
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class BrokenUpload:
    """A ZIP that is broken in one way.

    `build(folder)` makes it. `file`, `fault` and `fix` are words that the message must hold. `whole`: nothing of it
    can be used; else one of its pairs is left out and the others can be imported.
    """

    name: str
    build: Callable[[Path], Path]
    file: str
    fault: str
    fix: str
    whole: bool


def _pack(root: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(root).as_posix())
    return target


def _spoiled(spoil: Callable[[Path], object]) -> Callable[[Path], Path]:
    """Good pairs a0 … a3 in a ZIP, of which one was spoiled."""

    def build(folder: Path) -> Path:
        root = good_folder(folder / "upload")
        spoil(root)
        return _pack(root, folder / "upload.zip")

    return build


def _patched(signature: bytes, offset: int, value: bytes) -> Callable[[Path], Path]:
    """A good ZIP with bytes of its directory's first entry replaced."""

    def build(folder: Path) -> Path:
        archive = good_zip(folder)
        data = bytearray(archive.read_bytes())
        at = data.index(signature) + offset
        data[at : at + len(value)] = value
        archive.write_bytes(data)
        return archive

    return build


def _zip_slip(folder: Path) -> Path:
    return good_zip(folder, {"../../evil.sh": b"rm"})


def _bomb(folder: Path) -> Path:
    return overlapping_zip(folder / "bomb.zip", entries=20)


def _huge_ratio(folder: Path) -> Path:
    archive = good_zip(folder)
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("images/zeros.bmp", bytes(40 << 20))
    return archive


def _symlink(folder: Path) -> Path:
    archive = good_zip(folder)
    with zipfile.ZipFile(archive, "a") as opened:
        info = zipfile.ZipInfo("images/link.png")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        opened.writestr(info, "/etc/passwd")
    return archive


def _case_clash(folder: Path) -> Path:
    return good_zip(folder, {"images/A0.png": b"x"})


def _tar(folder: Path) -> Path:
    path = folder / "frames.zip"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("images/a.png"), io.BytesIO(b""))
    return path


def _truncated(root: Path) -> None:
    path = root / "images" / "a1.png"
    path.write_bytes(path.read_bytes()[:-600])


def _missing_mask(root: Path) -> None:
    (root / "masks" / "a1.png").unlink()


def _resized_mask(root: Path) -> None:
    Image.fromarray(good_labels()).resize((16, 12), Image.Resampling.NEAREST).save(root / "masks" / "a1.png")


def _label_200(root: Path) -> None:
    labels = good_labels()
    labels[0, 0] = 200
    Image.fromarray(labels).save(root / "masks" / "a1.png")


def _deep_mask(root: Path) -> None:
    Image.fromarray(good_labels().astype(np.uint16) * 257).save(root / "masks" / "a1.png")


def _fits(root: Path) -> None:
    cards = b"".join(c.ljust(80) for c in (b"SIMPLE  = T", b"BITPIX  = 8", b"NAXIS   = 0", b"END"))
    (root / "images" / "a1.png").write_bytes(cards.ljust(2880))


def _svg(root: Path) -> None:
    text = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (root / "images" / "a1.png").write_text(text)


def _jpeg_mask(root: Path) -> None:
    (root / "masks" / "a1.png").unlink()
    Image.fromarray(good_labels()).save(root / "masks" / "a1.jpg")


def _empty(root: Path) -> None:
    (root / "images" / "a1.png").write_bytes(b"")


_COLORS = np.array([(0, 0, 0), (200, 20, 30), (20, 180, 60)], np.uint8)


def _colored(number: int) -> Image.Image:
    labels = np.zeros((96, 128), np.uint8)
    labels[20:70, 20 + number : 60] = 1
    labels[40:90, 70:110] = 2
    return Image.fromarray(_COLORS[labels])


def _blurred(folder: Path) -> Path:
    """Colour masks, one of which was smoothed."""
    root = folder / "upload"
    for name in ("images", "masks"):
        (root / name).mkdir(parents=True)
    for number in range(4):
        pixels = np.random.default_rng(number).integers(0, 256, (96, 128, 3), np.uint8)
        Image.fromarray(pixels).save(root / "images" / f"a{number}.png")
        mask = _colored(number)
        (mask.filter(ImageFilter.GaussianBlur(2)) if number == 1 else mask).save(root / "masks" / f"a{number}.png")
    return _pack(root, folder / "upload.zip")


def _labelmap(folder: Path) -> Path:
    """A CVAT export whose labelmap gives two classes the same colour."""
    root = folder / "upload"
    for name in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (root / name).mkdir(parents=True)
    (root / "labelmap.txt").write_text("background:0,0,0::\nroad:200,20,30::\ncar:200,20,30::\n")
    (root / "ImageSets" / "Segmentation" / "default.txt").write_text("a0\na1\n")
    for number in range(2):
        pixels = np.random.default_rng(number).integers(0, 256, (96, 128, 3), np.uint8)
        Image.fromarray(pixels).save(root / "JPEGImages" / f"a{number}.jpg")
        _colored(number).save(root / "SegmentationClass" / f"a{number}.png")
    return _pack(root, folder / "upload.zip")


def _coco(folder: Path) -> Path:
    """COCO instances with an annotation of an image that is not there."""
    root = folder / "upload"
    (root / "images").mkdir(parents=True)
    images = []
    for number in range(3):
        Image.fromarray(good_image(number)).save(root / "images" / f"a{number}.png")
        images.append({"id": number, "file_name": f"a{number}.png", "width": 32, "height": 24})
    box = [4, 4, 20, 4, 20, 16, 4, 16]
    annotations = [
        {"id": i, "image_id": image, "category_id": 7, "segmentation": [box], "iscrowd": 0, "area": 192}
        for i, image in enumerate([0, 1, 2, 99])
    ]
    document = {"images": images, "annotations": annotations, "categories": [{"id": 7, "name": "cup"}]}
    (root / "annotations.json").write_text(json.dumps(document))
    return _pack(root, folder / "upload.zip")


_DIRECTORY = b"PK\x01\x02"

BROKEN: tuple[BrokenUpload, ...] = (
    BrokenUpload("zip slip", _zip_slip, "evil.sh", "leads outside", "relative names", True),
    BrokenUpload("overlapping bomb", _bomb, "a0", "overlaps", "Pack it again", True),
    BrokenUpload("zip bomb", _huge_ratio, "good.zip", "times its size", "as JPEG and PNG", True),
    BrokenUpload(
        "lying size", _patched(_DIRECTORY, 24, struct.pack("<I", 7)), "a0.png", "damaged", "Pack it again", True
    ),
    BrokenUpload("too large", _patched(_DIRECTORY, 24, struct.pack("<I", 3 << 30)), "a0.png", "limit", "Leave", True),
    BrokenUpload("symlink", _symlink, "link.png", "a link", "the files themselves", True),
    BrokenUpload("encrypted", _patched(_DIRECTORY, 8, b"\1"), "a0.png", "encrypted", "without a password", True),
    BrokenUpload("case clash", _case_clash, "A0.png", "same file", "Rename one", True),
    BrokenUpload("tar in disguise", _tar, "frames.zip", "not a ZIP", "Pack it as ZIP", True),
    BrokenUpload("labelmap contradiction", _labelmap, "labelmap.txt", "same colour", "colour of its own", True),
    BrokenUpload("truncated image", _spoiled(_truncated), "images/a1.png", "cut off", "again", False),
    BrokenUpload("missing mask", _spoiled(_missing_mask), "images/a1.png", "no mask", "the same name", False),
    BrokenUpload("resized mask", _spoiled(_resized_mask), "masks/a1.png", "16×12", "own size", False),
    BrokenUpload("label 200", _spoiled(_label_200), "masks/a1.png", "label 200", "255 to ignore", False),
    BrokenUpload("16-bit mask", _spoiled(_deep_mask), "masks/a1.png", "8 bits", "8-bit PNG", False),
    BrokenUpload("FITS renamed", _spoiled(_fits), "images/a1.png", "whatever its name", "JPEG or PNG", False),
    BrokenUpload("SVG renamed", _spoiled(_svg), "images/a1.png", "SVG", "JPEG or PNG", False),
    BrokenUpload("JPEG mask", _spoiled(_jpeg_mask), "masks/a1.jpg", "blurs labels", "as PNG", False),
    BrokenUpload("blurred mask", _blurred, "masks/a1.png", "blurred", "without smoothing", False),
    BrokenUpload("empty file", _spoiled(_empty), "images/a1.png", "empty", "again", False),
    BrokenUpload("COCO dangling id", _coco, "annotations.json", "99", "together", False),
)
"""All of them; the first are refused as a whole, the last lose one pair or annotation."""
