"""Export a run: the network's file, compared with the run on its validation frames, its card and its classes."""

from __future__ import annotations

import math
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segcore.access import Action, require
from segcore.inference.export.catalog import Format, format_of
from segcore.inference.export.checked import Exported, export_network
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.pipeline.preprocess import resize_frame
from segcore.runs import Run, RunStore
from segcore.sharing.card import FileFacts, model_card
from segcore.sharing.classes_file import classes_json
from segcore.sharing.facts import card_facts
from segcore.sharing.frames import CheckFrames, check_frames
from segcore.sharing.snippet import snippet
from segcore.sharing.target import CLASSES, Target

Say = Callable[[str], None]


@dataclass(frozen=True)
class RunExport:
    """What was written.

    Attributes:
        path: the network's file or folder; of a ZIP the ZIP.
        card: the model card; None where it is in a ZIP.
        made: the network's file and how it was compared.
        frames: with what it was compared.
        reference: what gave the run's own labels.
    """

    path: Path
    card: Path | None
    made: Exported
    frames: CheckFrames
    reference: str
    classes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON, as `segcore export --json` prints it."""
        agreement = self.made.agreement
        return {
            "path": str(self.path),
            "format": self.made.format.name,
            "size": list(self.made.size),
            "output": self.made.output,
            "bytes": self.made.weight,
            "agreement": agreement.share,
            "agreement_worst_frame": agreement.worst,
            "checked_with": agreement.program,
            "compared_with": self.reference,
            "frames": list(self.frames.names),
            "frames_from": self.frames.source,
            "own_frames": self.frames.own,
            "classes": list(self.classes),
            "card": None if self.card is None else str(self.card),
        }

    def sentence(self) -> str:
        """How it was compared."""
        agreement = self.made.agreement
        return (
            f"{percent(agreement.share)} of pixels have the run's own label "
            f"({agreement.program} against {self.reference}, "
            f"{len(self.frames.names)} {self.frames.source}: {', '.join(self.frames.names)})"
        )


def export_run(
    store: RunStore,
    run: str,
    fmt: str,
    out: Path,
    *,
    frame: tuple[int, int] | None = None,
    labels: bool = False,
    say: Say = lambda _: None,
) -> RunExport:
    """Write a run's network for other programs.

    Args:
        store: of the run.
        run: id or name of a training.
        fmt: a key of `FORMATS`.
        out: a file with the format's ending, a folder, or a .zip for all in one.
        frame: (height, width) of the frames it will be used on; None: of the run's validation frames.
        labels: write the variant that takes uint8 frames and gives labels.
        say: told what is being done.

    Raises:
        ConfigError: unknown format, or a name that does not fit it.
        RunError, WeightsError: there is no such network, or it is not what was written.
        BackendError: a package is missing, or the file labels otherwise than the run (nothing is left of it).
    """
    require(Action.EXPORT)
    kind = format_of(fmt)
    kind.check_installed()
    if out.suffix.lower() != ".zip":
        return _Export(store, run, kind, frame, labels, say).write(Target.of(out, kind))
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        folder = scratch / "export"
        written = _Export(store, run, kind, frame, labels, say).write(Target.of(folder, kind))
        say("packing")
        pack(folder, scratch / out.name, out.name.removesuffix(out.suffix))
        (scratch / out.name).replace(out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return RunExport(out, None, written.made, written.frames, written.reference, written.classes)


def percent(share: float) -> str:
    """A share in percent, never rounded up: 0.99999 is not 100 %."""
    return f"{math.floor(share * 10_000) / 100:.2f} %"


def pack(folder: Path, target: Path, inside: str) -> None:
    """Put all files of a folder into a ZIP, below a folder of this name."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(path, f"{inside}/{path.relative_to(folder).as_posix()}")


class _Export:
    """One export: the run, and how it is wanted."""

    def __init__(
        self, store: RunStore, run: str, kind: Format, frame: tuple[int, int] | None, labels: bool, say: Say
    ) -> None:
        self.store, self.kind, self.labels, self.say = store, kind, labels, say
        self.run: Run = store.get(run)
        self.network = TrainedNetwork.of_run(store, self.run.id)
        self.frames = check_frames(store, self.run, frame)

    def write(self, target: Target) -> RunExport:
        """Write, compare, describe."""
        small, expected, reference = self._own_labels()
        classes = self.network.spec.classes
        made = export_network(
            self.network, self.kind.name, target.network, small, expected,
            labels=self.labels, notes={CLASSES: classes_json(classes)}, say=self.say,
        )  # fmt: skip
        done = RunExport(target.network, target.card, made, self.frames, reference, tuple(classes.names))
        file = FileFacts(
            title=self.kind.title,
            name=target.network.name,
            size=made.size,
            labels=self.labels,
            check=done.sentence(),
            code=snippet(self.kind.name, target.inside, target.classes.name, made.size, labels=self.labels),
        )
        target.classes.write_text(classes_json(classes), "utf-8")
        target.card.write_text(model_card(card_facts(self.store, self.run, self.network), file), "utf-8")
        return done

    def _own_labels(self) -> tuple[list[np.ndarray], list[np.ndarray], str]:
        """Frames at network size, the run's labels of them as videos get them, and what gave those."""
        self.say(f"labelling {len(self.frames.frames)} frames")
        predictor = predictor_for(self.network, self.store.settings.home)
        size = predictor.size_for(*self.frames.frames[0].shape[:2])
        small = [resize_frame(frame, size) for frame in self.frames.frames]
        expected = [predictor.predict(frame[None])[0][0] for frame in self.frames.frames]
        return small, expected, predictor.backend
