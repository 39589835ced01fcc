"""Readers of files from unknown hands, a small good file for each, and ways to spoil it.

The promise that is tried: whatever a file holds, its reader gives a result or a `SegcoreError`, soon, in little memory.
"""

from __future__ import annotations

import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import psutil
from hostile_files import good_folder, good_image, good_labels, good_zip
from PIL import Image
from video_clips import clip

from segcore.archive import Archive, Limits
from segcore.datasets.formats.masks.raw_masks import scan
from segcore.datasets.images import read_image
from segcore.datasets.manifest import RECORD, YAML, read_dataset
from segcore.datasets.store import DatasetStore
from segcore.errors import SegcoreError
from segcore.models.weights import load_arrays, save_arrays
from segcore.settings import Settings
from segcore.sharing.manifest import read_manifest
from segcore.training.config import from_preset
from segcore.video.reader import VideoReader
from segcore.video.sequence import SequenceReader

SLOW_S, HEAVY_MB = 10.0, 300
"""No small file may take more."""
ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**31, 2**63, 10**400, 1e308, -0.5, float("nan"), float("inf")),
    *("", "\0", "../x", "/etc/passwd", "é" * 300, "\ud800", "1e999", [], {}, [[]], [None], {"": {}}, {"a": [1, "b"]}),
)


@dataclass(frozen=True)
class Target:
    """A reader.

    `seeds`: file name → content of small good files. `read(path)`: opens one that was spoiled. `text`: it is JSON, and
    its values are exchanged too.
    """

    name: str
    seeds: Mapping[str, bytes]
    read: Callable[[Path], object]
    text: bool = False


def spoiled(data: bytes, random: Random) -> bytes:
    """The bytes with a few of them changed, left out, doubled or cut off."""
    spoilt = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        if not spoilt:
            break
        early = random.choice((1, 3))  # heads are hit more often
        at = min(int(len(spoilt) * random.random() ** early), len(spoilt) - 1)
        length = random.choice((1, 1, 2, 4, 8, 64))
        kind = random.randrange(6)
        if kind == 0:
            spoilt[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            spoilt[at : at + length] = random.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * length
        elif kind == 2:
            spoilt[at : at + length] = random.randbytes(length)
        elif kind == 3:
            del spoilt[at : at + length]
        elif kind == 4:
            spoilt[at:at] = spoilt[at : at + length] * random.choice((1, 2, 50))
        else:
            del spoilt[max(at, 1) :]
    return bytes(spoilt)


def odd_values(data: bytes, random: Random) -> bytes:
    """A JSON document with a few values exchanged for odd ones, names for others, parts left out or doubled."""
    document = [json.loads(data)]
    for _ in range(random.choice((1, 1, 2, 4))):
        place: Any = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = random.choice(keys)
            inner = place[key]
            if not isinstance(inner, (dict, list)) or not inner or random.random() < 0.2:
                break
            place = inner
        kind = random.randrange(6) if place is not document else 0
        if kind < 4:
            place[key] = deepcopy(random.choice(ODD))
        elif kind == 4:
            del place[key]
        elif isinstance(place, dict):
            place[random.choice(("", "x", "__class__", key * 2))] = place[key]
        else:
            place += deepcopy(place) * random.choice((1, 50))
        if not document[0]:
            break
    return json.dumps(document[0]).encode("utf-8", "surrogatepass")


def tried(target: Target, random: Random, folder: Path) -> str:
    """Spoil a file, read it; "read" or "refused".

    Raises:
        AssertionError: it took too long, or too much memory.
        Exception: any that is no `SegcoreError`; the file is left in `folder` as `found`.
    """
    name = random.choice(list(target.seeds))
    data = target.seeds[name]
    spoilt = odd_values(data, random) if target.text and random.random() < 0.7 else spoiled(data, random)
    return read_one(target, name, spoilt, folder)


def read_one(target: Target, name: str, data: bytes, folder: Path) -> str:
    """Read a file of these bytes; as `tried`."""
    path = folder / name
    path.write_bytes(data)
    began, process = time.monotonic(), psutil.Process()
    before = process.memory_info().rss
    try:
        target.read(path)
        ended = "read"
    except SegcoreError as refusal:
        ended = "refused" if str(refusal) else "refused without a word"
    except BaseException:
        (folder / "found").write_bytes(data)
        raise
    grown = (process.memory_info().rss - before) / 2**20
    assert time.monotonic() - began < SLOW_S, f"{target.name}: {time.monotonic() - began:.0f} s"
    assert grown < HEAVY_MB, f"{target.name}: {grown:.0f} MB"
    return ended


# --- the readers ------------------------------------------------------------------------------------------------------


def targets() -> dict[str, Target]:
    """All of them, by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = (
            Target("archive", _archives(folder), _read_archive),
            Target("picture", _pictures(folder, good_image()), read_image),
            Target("mask", _pictures(folder, good_labels()), scan),
            Target("weights", _weights(folder), load_arrays),
            Target("video", _videos(folder), _read_video),
            Target("stills", _stills(folder), _read_stills),
            *_documents(folder),
        )
    return {target.name: target for target in made}


def _archives(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images/a.txt", b"segcore " * 200)
        archive.writestr("masks/a.txt", b"")
    (folder / "a").mkdir()
    return {"a.zip": good_zip(folder / "a").read_bytes(), "b.zip": (folder / "deflated.zip").read_bytes()}


def _read_archive(path: Path) -> None:
    with Archive(path, Limits(total_bytes=64 << 20)) as opened:
        for name in opened.files:
            opened.read(name)


def _pictures(folder: Path, pixels: np.ndarray) -> dict[str, bytes]:
    kinds = {"a.png": {}, "a.jpg": {}, "a.bmp": {}, "a.webp": {}, "a.tif": {"compression": "tiff_lzw"}}
    for name, options in kinds.items():
        Image.fromarray(pixels).save(folder / name, **options)
    palette = Image.fromarray(good_labels(), "P")
    palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0] * 8)
    palette.save(folder / "p.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(good_image()).save(folder / "turned.jpg", exif=exif)
    return {name: (folder / name).read_bytes() for name in (*kinds, "p.png", "turned.jpg")}


def _weights(folder: Path) -> dict[str, bytes]:
    save_arrays({"a/kernel": np.ones((3, 3, 2, 4), np.float32), "b": np.zeros(5, np.float32)}, folder / "w.npz")
    return {"w.npz": (folder / "w.npz").read_bytes()}


def _videos(folder: Path) -> dict[str, bytes]:
    for name, codec in (("a.mp4", "libx264"), ("a.mkv", "mpeg4"), ("a.avi", "mpeg4"), ("a.webm", "libvpx")):
        clip(folder / name, pts=range(0, 240, 40), codec=codec)
    return {name: (folder / name).read_bytes() for name in ("a.mp4", "a.mkv", "a.avi", "a.webm")}


def _read_video(path: Path) -> None:
    with VideoReader(path) as reader:
        for frame in reader:
            frame.planes()


def _stills(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "stills.zip", "w") as archive:
        for number in range(3):
            Image.fromarray(good_image(number)).save(folder / "still.png")
            archive.write(folder / "still.png", f"{number:03}.png")
    return {"stills.zip": (folder / "stills.zip").read_bytes()}


def _read_stills(path: Path) -> None:
    with SequenceReader(path) as reader:
        for frame in reader:
            frame.planes()


def _documents(folder: Path) -> list[Target]:
    """JSON that is read back: settings, a bundle's manifest, a dataset's record."""
    home = Settings.from_env({"SEGCORE_HOME": str(folder / "home")})
    DatasetStore(home).import_path(good_folder(folder / "source"), "good")
    kept = {p.name: p.read_bytes() for p in (home.datasets_dir / "good").iterdir() if p.is_file()}
    train = from_preset("good", "fast").model_dump_json().encode()
    train = json.dumps({"augment.zoom": [0.9, 1.2], "batch_size": 2, "crop": [64, 64], "geometry": {"long_side": 96}})
    manifest = {
        **{"format": "segcore-bundle", "version": 1, "name": "desk", "run": "0" * 32, "dataset": "desk"},
        **{"started": 1, "ended": 2, "facts": {}, "files": {"weights/best.npz": "0" * 64}},
    }
    return [
        Target("training settings", {"set.json": train.encode()}, _read_settings, text=True),
        Target("dataset record", {RECORD: kept[RECORD]}, _dataset_with(kept), text=True),
        Target("dataset description", {YAML: kept[YAML]}, _dataset_with(kept)),
        Target("bundle", {"m.json": json.dumps(manifest).encode()}, lambda p: read_manifest(p.read_bytes()), text=True),
    ]


def _read_settings(path: Path) -> None:
    """As the options `--set key=value` are read."""
    try:
        document = json.loads(path.read_bytes())
    except ValueError:
        return  # nobody reads this file but we
    values = {key: value for key, value in document.items() if key} if isinstance(document, dict) else {}
    from_preset("good", "fast", **values)


def _dataset_with(kept: Mapping[str, bytes]) -> Callable[[Path], None]:
    """Opens a dataset of the store of which one file was spoiled."""

    def read(path: Path) -> None:
        for name, data in kept.items():
            if name != path.name:
                (path.parent / name).write_bytes(data)
        read_dataset(path.parent)

    return read
