"""A trained network as it lies in the run store: its spec and its verified weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from segcore.errors import RunError, WeightsError
from segcore.inference.int8 import Int8Network
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.models.weights import load_weights, sha256_of

if TYPE_CHECKING:
    import keras

    from segcore.runs.store import RunStore


@dataclass(frozen=True)
class TrainedNetwork:
    """What is needed to label frames.

    Attributes:
        spec: how to rebuild the network.
        weights: the file of its weights.
        sha256: of that file, verified.
        int8: the same in 8-bit integers, for some sizes of its input; none where its run keeps no such thing.
    """

    spec: ModelSpec
    weights: Path
    sha256: str
    int8: tuple[Int8Network, ...] = ()

    @classmethod
    def of_run(cls, store: RunStore, run: str) -> TrainedNetwork:
        """Find a run's network and verify its weights.

        Raises:
            RunNotFound: no such run.
            RunError: it has no network (yet).
            WeightsError: the weights are not those that the training wrote.
        """
        found = store.get(run)
        if found.kind != "train":
            raise RunError(f"{found.name} is a video run, it has no network.", fix="Choose a training run.")
        if not store.has_file(found.id, BEST_WEIGHTS) or not store.has_file(found.id, MODEL_FILE):
            raise RunError(
                f"{found.name} has no weights yet ({found.state}).", fix="Let it train for at least one epoch."
            )
        expected = found.tags.get(SHA256_TAG)
        if not expected:
            raise WeightsError(
                f"{found.name}: the run does not record the SHA-256 of {BEST_WEIGHTS}; it is not opened.",
                fix="Train again, or resume the run for one epoch.",
            )
        weights = store.file(found.id, BEST_WEIGHTS)
        digest = sha256_of(weights)
        if digest not in expected.split():  # two while a running training replaces the file
            raise WeightsError(
                f"{found.name}: {BEST_WEIGHTS} is not the file that was written (its SHA-256 differs); not opened.",
                fix="Restore it from a backup, or train again.",
            )
        spec = _spec(store.file(found.id, MODEL_FILE), found.name)
        return cls(spec, weights, digest, Int8Network.of_run(store, found, digest))

    def scaled(self, scale: float) -> TrainedNetwork:
        """The same network, for frames scaled to this multiple of what it usually sees.

        Raises:
            ConfigError: they would be too large or too small.
        """
        if scale == 1:
            return self
        return replace(self, spec=self.spec.model_copy(update={"geometry": self.spec.geometry.scaled(scale)}))

    def int8_for(self, size: tuple[int, ...]) -> Int8Network | None:
        """It in 8 bits, for frames of this network size (height, width); None where that is not there."""
        return next((made for made in self.int8 if made.record.size == size), None)

    def build(self) -> keras.Model:
        """The network with its weights. Opens TensorFlow."""
        from segcore.models.registry import build

        model, _ = build(self.spec, pretrained=False)
        load_weights(model, self.weights, self.sha256)
        return model


def _spec(path: Path, run: str) -> ModelSpec:
    try:
        return ModelSpec.model_validate_json(path.read_text("utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise RunError(f"{run}: {MODEL_FILE} cannot be read: {error}", fix="Train again.") from error
