"""Reads damaged copies of videos, pictures and sound: `python flipped_videos.py FOLDER COPIES NAME …`.

The last line of stdout is a JSON object: how many were read, how many refused with a message.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from segcore.errors import VideoError
from segcore.video.reader import VideoReader
from segcore.video.sound_reader import SoundReader


def main(folder: Path, copies: int, names: list[str]) -> None:
    random = np.random.default_rng(15)
    ends = {"read": 0, "refused": 0}
    for name in names:
        good = np.frombuffer((folder / name).read_bytes(), np.uint8)
        for _ in range(copies):
            bad = good.copy()
            reach = len(bad) if random.random() < 0.7 else min(len(bad), 2000)  # heads are hit more often
            places = random.integers(0, reach, int(random.choice([2, 8, 40, 200])))
            bad[places] = random.integers(0, 256, len(places))
            path = folder / f"bad-{name}"
            path.write_bytes(bad.tobytes())
            ends[_end(path)] += 1
    print(json.dumps(ends))


def _end(path: Path) -> str:
    try:
        with VideoReader(path) as reader:
            assert sum(frame.planes().data.size > 0 for frame in reader) > 0
    except VideoError as error:
        if path.name not in error.message:
            raise
        return "refused"
    try:
        sound = SoundReader(path)
    except LookupError:
        return "read"

    for _, frames in sound:
        assert all(frame.samples for frame in frames)
    sound.close()
    return "read"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
