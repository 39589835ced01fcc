"""A video job that takes its time: `python killed_video.py VIDEO OUT WORK`; to be killed."""

import sys
import time
from pathlib import Path

import numpy as np
from chunked import Shades, job

CHUNK = 6


class Slow(Shades):
    """A hundredth of a second a frame."""

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(0.01 * len(frames))
        return super().predict(frames)


if __name__ == "__main__":
    video, out, work = map(Path, sys.argv[1:])
    job(video, out, Slow(), work, chunk_frames=CHUNK)
