"""From float32 to 8-bit integers, by NNCF: `python -m segcore.inference.quantization GRAPH FRAMES OUT`.

Ranges are taken from frames that the network sees in use (post-training quantization, Jacob et al., "Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018). A process of its own: what NNCF
opens and needs goes with it.

The first and the last convolution stay in float32: they cost little and lose most. All other weights have 7 bits, so
that no sum overflows on processors without VNNI (there `vpmaddubsw` saturates at 16 bits): labels are the same on all.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.errors import BackendError

if TYPE_CHECKING:
    from segcore.inference.openvino_runtime import ov

LIMIT_S = 600.0


def quantize(graph: Path, frames: np.ndarray, out: Path) -> None:
    """Write a network in 8-bit integers.

    Args:
        graph: graph.xml of the network in float32, of a fixed size.
        frames: (N, h, w, 3) uint8 RGB of that size; one or two dozen, as different as what it will see.
        out: graph.xml to write, with graph.bin beside it.

    Raises:
        BackendError: NNCF is not there, cannot do it, or took longer than ten minutes.
    """
    kept = out.with_suffix(".npy")
    np.save(kept, frames)
    command = [sys.executable, "-m", "segcore.inference.quantization", *map(str, (graph, kept, out))]
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    except subprocess.SubprocessError as error:
        said = str(getattr(error, "stderr", "") or "").strip().splitlines()
        raise BackendError(
            f"The network could not be written in 8 bits: {said[-1] if said else error}.",
            fix="It is used in float32; nothing else changes.",
        ) from error
    finally:
        kept.unlink()


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
    """What stays in float32: the first and the last convolution, and products behind it (they only turn scores)."""
    of_type = [operation.get_type_name() for operation in operations]
    convolutions = [place for place, kind in enumerate(of_type) if kind == "Convolution"]
    first, last = convolutions[0], convolutions[-1]
    behind = [place for place in range(last, len(of_type)) if of_type[place] == "MatMul"]
    return [operations[place].get_friendly_name() for place in (first, last, *behind)]


if __name__ == "__main__":
    _quantize(*map(Path, sys.argv[1:4]))
