"""What a bundle holds and what it says of itself; everything in it is checked before it is believed.

| file | what it is |
|---|---|
| bundle.json | this manifest, with the SHA-256 of every other file |
| weights/best.npz | the weights, plain arrays |
| model.json | how to rebuild the network |
| config.json | the training's settings |
| split.json | stems that were learned from and scored on |
| evaluation.json, evaluation/report-*.json | scores |
| curves.json | {metric: [[step, milliseconds since the epoch, value]]} |
| classes.json, model_card.md | for people and other programs |

No code, no pictures.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from segcore.errors import BundleError
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE

MANIFEST = "bundle.json"
CURVES = "curves.json"
VERSION = 1
NEEDED = (BEST_WEIGHTS, MODEL_FILE, "config.json")
OPTIONAL = ("split.json", "evaluation.json", CURVES, "classes.json", "model_card.md")
KEPT = (BEST_WEIGHTS, MODEL_FILE, "split.json", "evaluation.json")
"""Files that are copied from and to a run as they are (and those of `is_report`)."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=2000)]


class Facts(BaseModel):
    """What a run's tags say that is worth keeping; all are shown to people, some are counted with."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Text = ""
    device: Text = ""
    encoder_weights: Text = ""
    dataset_hash: Text = ""
    best_epoch: int | None = Field(default=None, ge=0)
    best_miou: float | None = Field(default=None, ge=0, le=1)
    steps_per_epoch: int | None = Field(default=None, ge=1)
    imported_from: Text = ""

    def as_tags(self) -> dict[str, str]:
        """As tags of a run."""
        given = self.model_dump(exclude_none=True)
        return {f"segcore.{key}": str(value) for key, value in given.items() if value != ""}


class Manifest(BaseModel):
    """bundle.json. Times in milliseconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal["segcore-bundle"]
    version: int
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    run: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    dataset: Annotated[str, StringConstraints(max_length=100)] = ""
    started: int | None = Field(default=None, ge=0, le=2**43)
    ended: int | None = Field(default=None, ge=0, le=2**43)
    facts: Facts = Facts()
    files: dict[str, Sha256]


def is_report(name: str) -> bool:
    """Whether a file is a kept report of an evaluation (one of a series of folds speaks of other runs: it stays)."""
    return re.fullmatch(r"evaluation/report-(train|val|all)\.json", name) is not None


def may_hold(name: str) -> bool:
    """Whether a bundle may hold a file of this name."""
    return name in NEEDED or name in OPTIONAL or is_report(name)


def read_manifest(text: bytes) -> Manifest:
    """Read bundle.json.

    Raises:
        BundleError: it is not what was expected; the message says what.
    """
    try:
        said = json.loads(text)
        version = said.get("version") if isinstance(said, dict) else None
        if isinstance(version, int) and version > VERSION:
            raise BundleError(
                f"The bundle has version {version}, this segcore reads up to {VERSION}.", fix="Update segcore."
            )
        return Manifest.model_validate(said)
    except (ValueError, RecursionError, ValidationError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"{MANIFEST} cannot be read: {fault(error)}.", fix="Export the bundle again.") from error


def fault(error: Exception) -> str:
    """The first fault of a document, short."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'document'}: {first['msg']}"
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
