"""Where an export goes: a folder, a file with its companions beside it, or a ZIP of the folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from segcore.errors import ConfigError
from segcore.inference.export.catalog import Format

CARD, CLASSES = "model_card.md", "classes.json"


@dataclass(frozen=True)
class Target:
    """Names of what is written.

    Attributes:
        network: the network's file (its folder for a SavedModel).
        card, classes: beside it, or inside the SavedModel's folder.
        inside: the network as the card's code calls it, from the card's folder.
    """

    network: Path
    card: Path
    classes: Path
    inside: str

    @classmethod
    def of(cls, out: Path, kind: Format) -> Target:
        """What `out` means: the network's own file where it ends as those do, else a folder for all.

        Raises:
            ConfigError: it ends like a file of another kind.
        """
        if not kind.suffix:
            return cls(out, out / CARD, out / CLASSES, ".")
        if out.suffix == kind.suffix:
            return cls(out, out.with_suffix(f".{CARD}"), out.with_suffix(f".{CLASSES}"), out.name)
        if out.suffix in {".onnx", ".xml", ".tflite", ".keras", ".bin", ".h5"}:
            raise ConfigError(
                f"{out.name}: a {kind.title} file ends in {kind.suffix}.", fix=f"Use --out {out.stem}{kind.suffix}."
            )
        return cls(out / f"model{kind.suffix}", out / CARD, out / CLASSES, f"model{kind.suffix}")
