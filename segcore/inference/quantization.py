"""From float32 to 8-bit integers, by NNCF: `python -m segcore.inference.quantization GRAPH FRAMES OUT …`.

Ranges are taken from frames that the network sees in use (post-training quantization, Jacob et al., "Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018). A process of its own: what NNCF
opens and needs goes with it.

The first convolution, the last one and what follows it stay in float32: they cost little and lose most. All other
weights have 7 bits, so that no sum overflows on processors without VNNI (there `vpmaddubsw` saturates at 16 bits): all
of them label alike.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.errors import BackendError

if TYPE_CHECKING:
    from segcore.inference.openvino_runtime import ov

LIMIT_S = 600.0


@dataclass(frozen=True)
class Task:
    """One network to write in 8-bit integers.

    Attributes:
        graph: graph.xml of the network in float32, of a fixed size.
        frames: (N, h, w, 3) uint8 RGB of that size; one or two dozen, as different as what it will see.
        out: graph.xml to write, with graph.bin beside it.
    """

    graph: Path
    frames: np.ndarray
    out: Path


def quantize(tasks: Sequence[Task]) -> None:
    """Write networks in 8-bit integers.

    Raises:
        BackendError: NNCF is not there, cannot do it, or took longer than ten minutes.
    """
    command = [sys.executable, "-m", "segcore.inference.quantization"]
    for task in tasks:
        frames = task.out.with_suffix(".npy")
        np.save(frames, task.frames)
        command += map(str, (task.graph, frames, task.out))
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    except subprocess.SubprocessError as error:
        said = str(getattr(error, "stderr", "") or "").strip().splitlines()
        raise BackendError(
            f"The network could not be written in 8 bits: {said[-1] if said else error}.",
            fix="It is used in float32; nothing else changes.",
        ) from error
    finally:
        for task in tasks:
            task.out.with_suffix(".npy").unlink(missing_ok=True)


def _quantize(graph: Path, frames: Path, out: Path) -> None:
    from segcore.inference.openvino_runtime import ov  # before NNCF, which would open its telemetry

    import nncf  # isort: skip
    from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters, OverflowFix

    examples = np.load(frames, mmap_mode="r")
    model = ov.Core().read_model(graph)
    model.reshape([1, *examples.shape[1:]])
    smaller = nncf.quantize(
        model,
        nncf.Dataset([np.ascontiguousarray(frame)[None] for frame in examples]),
        subset_size=len(examples),
        preset=nncf.QuantizationPreset.MIXED,
        ignored_scope=nncf.IgnoredScope(names=_kept(model.get_ordered_ops()), validate=False),
        advanced_parameters=AdvancedQuantizationParameters(overflow_fix=OverflowFix.ENABLE),
    )
    ov.save_model(smaller, out, compress_to_fp16=False)


def _kept(operations: Sequence[ov.Node]) -> list[str]:
    """What stays in float32: the first convolution, the last one, and everything behind that."""
    convolutions = [operation for operation in operations if operation.get_type_name() == "Convolution"]
    behind = {convolutions[-1].get_friendly_name()}
    for operation in operations:  # sorted: what an operation takes comes before it
        sources = (port.get_source_output().get_node() for port in operation.inputs())
        if any(source.get_friendly_name() in behind for source in sources):
            behind.add(operation.get_friendly_name())
    return [convolutions[0].get_friendly_name(), *sorted(behind)]


if __name__ == "__main__":
    named = iter(map(Path, sys.argv[1:]))
    for files in zip(named, named, named, strict=True):
        _quantize(*files)
