"""Write a network, run what was written, and keep it only where it labels as the run does."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np

from segcore.errors import BackendError, ConfigError
from segcore.inference.export.catalog import Format, format_of
from segcore.inference.export.running import Runner
from segcore.inference.network import TrainedNetwork

LEAST = 0.99
"""Share of pixels that must have the run's own label; rounding moves some at borders."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Agreement:
    """How far a written file labels as the run itself.

    Attributes:
        share: of pixels with the same label, over all frames, 0..1.
        worst: of the frame that differs most.
        program: what ran the file.
    """

    share: float
    worst: float
    program: str


@dataclass(frozen=True)
class Exported:
    """A written network.

    Attributes:
        path: the file (the folder of a SavedModel).
        size: (height, width) of its input.
        output: "logits", "sigmoid" or "labels".
        weight: bytes of all that was written.
    """

    path: Path
    format: Format
    size: tuple[int, int]
    output: str
    agreement: Agreement
    weight: int


def export_network(
    network: TrainedNetwork,
    fmt: str,
    path: Path,
    frames: Sequence[np.ndarray],
    expected: Sequence[np.ndarray],
    *,
    labels: bool = False,
    notes: dict[str, str] | None = None,
    say: Say = lambda _: None,
) -> Exported:
    """Write a network and run what was written; nothing stays where it labels otherwise.

    Args:
        network: what to write.
        fmt: a key of `FORMATS`.
        path: file or folder; replaced where it is there.
        frames: each (h, w, 3) uint8 RGB, all of one size: the network's input size.
        expected: the run's own labels of them, each (h, w) uint8.
        labels: take uint8 frames and give labels, arg-max inside.
        notes: name → text, kept inside the file where its format can.
        say: told what is being done.

    Raises:
        ConfigError: unknown format, or no frames to check with.
        BackendError: a package is missing (the message has the command), or the written file labels otherwise.
    """
    kind = format_of(fmt)
    kind.check_installed()
    if not frames or len(frames) != len(expected):
        raise ConfigError(f"Expected frames with their labels. Received: {len(frames)} and {len(expected)}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        written = scratch / path.name
        size = (int(frames[0].shape[0]), int(frames[0].shape[1]))
        module = _module(kind)
        say("building the network")
        from segcore.inference.export.graph import Graph

        graph = Graph.of(network, size, labels=labels)
        say(f"writing {kind.title}")
        module.write(graph, written, notes or {})
        say("comparing labels")
        agreement = compare(module.open_file(written), frames, expected)
        _refuse_other_labels(agreement, kind)
        weight = sum(p.stat().st_size for p in scratch.rglob("*") if p.is_file())
        shutil.copytree(scratch, path.parent, dirs_exist_ok=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Exported(path, kind, size, "labels" if labels else network.spec.output, agreement, weight)


def compare(runner: Runner, frames: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> Agreement:
    """Label frames by a written file and count the pixels that are as expected."""
    shares = [float((runner.labels(frame) == labels).mean()) for frame, labels in zip(frames, expected, strict=True)]
    return Agreement(float(np.mean(shares)), min(shares), runner.name)


def _refuse_other_labels(agreement: Agreement, kind: Format) -> None:
    if agreement.share < LEAST:
        raise BackendError(
            f"{kind.title}: {agreement.program} gives the run's own label on {agreement.share:.1%} of pixels only, "
            f"expected {LEAST:.0%}. Nothing was written.",
            fix="Choose another format.",
        )


def _module(kind: Format) -> ModuleType:
    """The format's file: `write(graph, path, notes)` and `open_file(path) -> Runner`. Opens its library."""
    return import_module(f"segcore.inference.export.{kind.module}")
