"""Import many small pairs by the command line: how many a second, and how much memory at most.

    python tests/benchmarks/many_pairs.py [PAIRS]

Makes PAIRS (20 000) frames of 160×120 in a temporary folder, imports them twice – the first tenth, then all –
and prints one JSON object. Flat memory shows in `peak_mb` of both.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import psutil

CLASSES = 5


def make(folder: Path, pairs: int) -> None:
    """Frames with noise and a moving square of a class each."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (8, 120, 160, 3), np.uint8)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for number in range(pairs):
        mask = np.zeros((120, 160), np.uint8)
        at = number * 7 % 100
        mask[at : at + 20, at : at + 40] = 1 + number % (CLASSES - 1)
        image = cv2.addWeighted(noise[number % 8], 0.3, np.dstack([mask * 50] * 3), 0.7, number % 60)
        cv2.imwrite(str(folder / "images" / f"frame_{number:06d}.jpg"), image)
        cv2.imwrite(str(folder / "masks" / f"frame_{number:06d}.png"), mask)


def measure(source: Path, home: Path, name: str) -> dict[str, float]:
    """Import in a process of its own; its largest resident memory, children included."""
    begin, peak = time.monotonic(), 0.0
    command = [sys.executable, "-m", "segcore", "dataset", "import", str(source), "--name", name, "--json"]
    job = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(home))
    process = psutil.Process(job.pid)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(job.stdout.read() if job.stdout else b""))
    reader.start()
    while job.poll() is None:
        try:
            peak = max(peak, sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]))
        except psutil.NoSuchProcess:
            break
        time.sleep(0.1)
    reader.join()
    seconds = time.monotonic() - begin
    if job.wait():
        raise SystemExit("the import failed")
    pairs = json.loads(read[0].decode().splitlines()[-1])["pairs"]
    return {
        "pairs": pairs,
        "seconds": round(seconds, 1),
        "pairs_per_s": round(pairs / seconds),
        "peak_mb": round(peak / 2**20),
    }


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"SEGCORE_HOME": str(home)}


def main() -> None:
    """Make, import, print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as scratch:
        few, many = Path(scratch) / "few", Path(scratch) / "many"
        make(few, pairs // 10)
        make(many, pairs)
        home = Path(scratch) / "home"
        print(json.dumps({"few": measure(few, home, "few"), "many": measure(many, home, "many")}))


if __name__ == "__main__":
    main()
