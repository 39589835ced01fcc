"""Exports of every format, damaged at random: a file or a value at a time. What fails says so in its own words."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from format_trips import made, written
from test_camvid import camvid
from test_panoptic import panoptic

from segcore.datasets.formats import candidates, readers, writers
from segcore.datasets.repairs import Repairs
from segcore.errors import SegcoreError

TRIES = 20
WORDS = (
    b"null",
    b"-1",
    b"1e999",
    b"{}",
    b"[]",
    b'"x"',
    b"9" * 20,
    b"true",
    b'""',
    b"NaN",
    b"../x",
    b":",
    b"\0",
    b"\xff",
)
TOKEN = re.compile(rb'-?\d+(\.\d+)?|"[^"]*"|\[|\]|[a-z]+')
SIZE = (12, 15)


def whole(format_name: str, folder: Path) -> Path:
    if format_name == "panoptic":
        return panoptic(folder)
    if format_name == "camvid":
        return camvid(folder)
    blocks = np.random.default_rng(1).integers(0, 4, (4, 5))
    maps = [np.kron((blocks + i) % 4, np.ones((3, 3))).astype(np.uint8) for i in range(3)]
    written(made(folder / "made", maps), format_name, folder / "written")
    return folder / "written"


def damage(folder: Path, dice: random.Random) -> None:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and (p.suffix != ".png" or dice.random() < 0.2))
    path = dice.choice(files or [next(folder.rglob("*.png"))])
    data = bytearray(path.read_bytes())
    tokens = list(TOKEN.finditer(bytes(data))) if path.suffix != ".png" else []
    kind = dice.random()
    if kind < 0.1:
        path.unlink()
        return
    if kind < 0.2 or not data:
        del data[dice.randint(0, len(data)) :]
    elif tokens and kind < 0.9:
        token = dice.choice(tokens)
        data[token.start() : token.end()] = dice.choice(WORDS)
    else:
        for _ in range(5):
            data[dice.randrange(len(data))] = dice.randrange(256)
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("format_name", [*writers(), "panoptic", "camvid"])
def test_damage_is_told_and_never_a_crash(tmp_path: Path, format_name: str) -> None:
    source, dice = whole(format_name, tmp_path / "whole"), random.Random(format_name)
    told = 0
    for number in range(TRIES):
        work = shutil.copytree(source, tmp_path / f"try_{number}")
        damage(work, dice)
        try:
            told += _read_all(work, Repairs(unknown_ignore=number % 2 == 1))
        except SegcoreError:
            told += 1
    assert told >= TRIES // 6


def _read_all(work: Path, repairs: Repairs) -> int:
    """Read every frame; how much was told about it."""
    told = 0
    for name in [reader.name for reader, _ in candidates(work)]:
        reading = readers()[name].read(work, repairs)
        assert all(p.file and p.fault and p.fix for p in reading.problems)
        told += len(reading.problems)
        for frame in reading.frames:
            try:
                labels = frame.labels(SIZE)
            except SegcoreError:
                told += 1
                continue
            assert (labels.shape, labels.dtype) == (SIZE, np.uint8)
            assert labels[labels != 255].max(initial=0) < len(reading.classes)
    return told
