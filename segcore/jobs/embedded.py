"""The embedded engine as the dashboard sees it: a child process with an address."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from segcore.errors import JobError

START_S = 60.0


class EmbeddedCluster:
    """Starts `segcore.jobs.cluster`; a context of its own, closed with `close` or with this process.

    Args:
        folder: scratch space and log of the engine.
        slots: how many jobs run at once.
        gpus: how many GPUs this machine has.
    """

    def __init__(self, folder: Path, slots: int, gpus: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "engine.log"
        options = {
            "slots": slots,
            "folder": str(folder),
            "resources": {"SLOT": 1} | ({"GPU": 1} if gpus else {}),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "segcore.jobs.cluster", json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.address = self._read_address()

    def _read_address(self) -> str:
        assert self.process.stdout is not None
        timer = threading.Timer(START_S, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if not line:
            self.close()
            raise JobError("The embedded job engine did not start.", fix=f"Its log is {self.log}; is memory left?")
        return str(json.loads(line)["address"])

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return self.process.poll() is None

    def close(self) -> None:
        """End scheduler and workers; jobs live on."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def gpu_count() -> int:
    """How many NVIDIA GPUs this machine has, as its driver says (TensorFlow is not asked)."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return 0
    try:
        found = subprocess.run([tool, "-L"], capture_output=True, text=True, timeout=15, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in found.stdout.splitlines())
