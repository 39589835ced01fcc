"""Memory of a long video against a short one, and what chunks cost.

`python tests/benchmarks/long_video.py [--short 1000] [--long 20000] [--rounds 3]`: makes a video of 320×180 with so
many frames, segments its beginning and all of it with a network that is a threshold, each in a process of its own, and
prints the peak of resident memory of both and their ratio. Then a video of 1000 frames is segmented with chunks of
the usual length, and in one chunk, in turns in one process; the best time a frame of each, and the ratio.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from segcore.classes import ClassTable
from segcore.video.config import CHUNK_FRAMES, SegmentConfig
from segcore.video.segment import segment

FPS, SIZE = 30, (320, 180)


class Threshold:
    """Eight classes by brightness, at 160×90."""

    classes = ClassTable.of(["background", *(f"grey {n}" for n in range(1, 8))])
    backend = "threshold"
    parallel = 4

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height // 2, width // 2

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        grey = frames[..., 1]
        return grey >> 5, np.full_like(grey, 230)


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", type=int, default=1000)
    parser.add_argument("--long", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", nargs=3, metavar=("VIDEO", "OUT", "FRAMES"))
    given = parser.parse_args()
    if given.child:
        video, out, frames = given.child
        print(json.dumps(measured(Path(video), Path(out), int(frames))))
        return
    with tempfile.TemporaryDirectory() as name:
        video = film(Path(name) / "long.mp4", given.long)
        short, long = (in_child(video, Path(name) / str(frames), frames) for frames in (given.short, given.long))
        ratio = round(long["peak_mb"] / short["peak_mb"], 4)
        print(json.dumps({"short": short, "long": long, "memory_ratio": ratio}), flush=True)
        print(json.dumps(chunk_cost(video, Path(name), given.rounds)))


def film(path: Path, frames: int) -> Path:
    """Moving stripes."""
    stripes = np.tile(np.arange(SIZE[0] + 255, dtype=np.uint8), (SIZE[1], 1))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(frames):
            shift = number % 255
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(stripes[:, shift : shift + SIZE[0]]), "gray")
            output.mux(stream.encode(frame.reformat(format="yuv420p")))
        output.mux(stream.encode(None))
    return path


def in_child(video: Path, out: Path, frames: int) -> dict[str, float]:
    """The measures of a job over the first frames, in a process of its own."""
    command = [sys.executable, __file__, "--child", str(video), str(out), str(frames)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measured(video: Path, out: Path, frames: int) -> dict[str, float]:
    """Frames done, seconds, and the most memory that this process ever held."""
    import resource

    result = segment(SegmentConfig(video=video, run="r", end_s=float(Fraction(frames, FPS))), Threshold(), out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"frames": result.frames, "peak_mb": round(peak, 1), "ms_per_frame": round(1000 / result.fps, 3)}


def chunk_cost(video: Path, folder: Path, rounds: int) -> dict[str, float]:
    """Milliseconds a frame of 1200 frames in chunks of 600 and of 200, and in one; the best of all rounds."""
    sizes = {"one_chunk": 10**6, "usual": CHUNK_FRAMES, "short": 200}
    best = dict.fromkeys(sizes, float("inf"))
    for _ in range(rounds):
        for name, size in sizes.items():
            config = SegmentConfig(video=video, run="r", end_s=1200 / FPS, chunk_frames=size)
            began = time.perf_counter()
            result = segment(config, Threshold(), folder / name)
            best[name] = min(best[name], 1000 * (time.perf_counter() - began) / result.frames)
    ratios = {f"{name}_ratio": round(best[name] / best["one_chunk"], 4) for name in ("usual", "short")}
    return {f"{name}_ms": round(value, 3) for name, value in best.items()} | ratios


if __name__ == "__main__":
    main()
