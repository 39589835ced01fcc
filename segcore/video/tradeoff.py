"""What each speed costs and brings on this machine, as it was measured here; kept in SEGCORE_HOME/cache/speeds."""

from __future__ import annotations

import zlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.video.speed import SPEEDS, Speed
from segcore.whole_file import write_whole


class SpeedFigures(BaseModel):
    """One speed.

    Attributes:
        ms: milliseconds a frame of a whole job, from file to file.
        miou: of the network on its own validation frames, each seen by it; None where they are not here any more.
        network_size: (height, width) of the network's input.
        backend: what computed, in words.
        labelled: share of the frames that the network had to see; others take labels of the one before.
        alike: share of the pixels that got the class that the speed "standard" gives them.
    """

    model_config = ConfigDict(frozen=True)

    ms: float
    miou: float | None
    network_size: tuple[int, int]
    backend: str
    labelled: float = 1.0
    alike: float | None = None


class Tradeoff(BaseModel):
    """All speeds of one network on one video.

    Attributes:
        video: its name.
        width, height: of its frames.
        frames: so many were segmented.
    """

    model_config = ConfigDict(frozen=True)

    video: str
    width: int
    height: int
    frames: int
    speeds: dict[Speed, SpeedFigures]


def read_tradeoff(home: Path, weights_sha256: str) -> Tradeoff | None:
    """What was measured last for the network with these weights; None where nothing was, or
    the speeds were other ones then."""
    try:
        return Tradeoff.model_validate_json(_path(home, weights_sha256).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):
        return None  # never measured, or a file of another version: it is measured again


def write_tradeoff(home: Path, weights_sha256: str, tradeoff: Tradeoff) -> None:
    """Keep a measurement, in the place of the last one."""
    path = _path(home, weights_sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, tradeoff.model_dump_json(indent=1))


def _path(home: Path, weights_sha256: str) -> Path:
    speeds = zlib.crc32(repr(SPEEDS).encode())  # what was measured with other settings of the speeds tells nothing
    return home / "cache" / "speeds" / f"{weights_sha256[:32]}-{speeds:08x}.json"
