"""How a network may be computed here: the ways that a trial compares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

BackendName = Literal["openvino", "tensorflow"]
Precision = Literal["float32", "bfloat16", "int8"]


class Compute(BaseModel):
    """One way to compute a network.

    Attributes:
        backend: what computes.
        precision: of its multiplications; results are rounded labels either way. "int8" only where the network's run
            keeps it (`int8.Int8Network`).
        at_once: frames in work at once: OpenVINO's streams, TensorFlow's batch; None: the backend's own choice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: BackendName
    precision: Precision = "float32"
    at_once: int | None = None

    @property
    def words(self) -> str:
        """For people: "OpenVINO, bfloat16, 2 frames at once"."""
        name = "OpenVINO" if self.backend == "openvino" else "TensorFlow"
        frames = {None: "", 1: ", one frame at once"}.get(self.at_once, f", {self.at_once} frames at once")
        return f"{name}, {self.precision}{frames}"


def has_gpu_node() -> bool:
    """Whether this machine has an NVIDIA device: only then TensorFlow is asked for one."""
    return any(Path("/dev").glob("nvidia[0-9]*"))


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))
