"""What must be known to rebuild a trained network: kept as `model.json` with every run."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from segcore.classes import ClassTable
from segcore.pipeline.preprocess import Geometry

MODEL_FILE = "model.json"
BEST_WEIGHTS = "weights/best.npz"
SHA256_TAG = "segcore.sha256.best"


class ModelSpec(BaseModel):
    """A network without its weights.

    `architecture` names an entry of `segcore.models.registry`. The network takes
    (N, H, W, 3) float32 or uint8 RGB in [0, 255] and gives (N, H, W, classes): logits where `output` is
    "logits" (softmax over classes), independent probabilities where it is "sigmoid".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    architecture: str
    classes: ClassTable
    geometry: Geometry
    output: Literal["logits", "sigmoid"] = "logits"
    encoder_weights: str = "none"
