"""The weights that a training begins with: random, ImageNet's, or those of an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import keras
import numpy as np

from segcore.datasets.dataset import Dataset
from segcore.errors import WeightsError
from segcore.models.architectures import architecture
from segcore.models.spec import MODEL_FILE, ModelSpec
from segcore.models.weights import fill_model, load_arrays, model_arrays
from segcore.runs.store import RunStore
from segcore.training.checkpoint import INDEX
from segcore.training.config import TrainConfig
from segcore.training.takeover import plan

Build = Callable[..., tuple[keras.Model, str]]


class Initial(NamedTuple):
    """A network ready to learn, its spec with the origin of its encoder's weights, and tags that tell of its start."""

    model: keras.Model
    spec: ModelSpec
    tags: dict[str, str]


def initial_network(
    build: Build, config: TrainConfig, spec: ModelSpec, dataset: Dataset, store: RunStore, run_id: str
) -> Initial:
    """The network as it is before the first step.

    A run that has a checkpoint is only built: its weights follow from there, and neither ImageNet's file nor the
    run it once started from is needed again.

    Args:
        build: `registry.build`.
        config: `start_from` and `pretrained` decide.
        spec: what to build; its `encoder_weights` are not known yet.
        dataset: that will be learned.
        store, run_id: of the training.

    Raises:
        ConfigError, RunError, WeightsError: as `takeover.plan` and `registry.build`.
    """
    if store.has_file(run_id, INDEX) and store.has_file(run_id, MODEL_FILE):
        text = store.file(run_id, MODEL_FILE).read_text("utf-8")
        spec = spec.model_copy(update={"encoder_weights": ModelSpec.model_validate_json(text).encoder_weights})
        return Initial(build(spec)[0], spec, {})
    if config.start_from is None:
        model, origin = build(spec, pretrained=config.pretrained)
        return Initial(model, spec.model_copy(update={"encoder_weights": origin}), {})
    taken = plan(store, config.start_from, dataset, config.architecture)
    spec = spec.model_copy(update={"encoder_weights": taken.network.spec.encoder_weights})
    model, _ = build(spec)
    old = load_arrays(taken.network.weights, taken.network.sha256)
    fill_model(model, joined(model, old, architecture(spec.architecture).head, taken.matches))
    return Initial(model, spec, taken.tags())


def joined(
    model: keras.Model, old: Mapping[str, np.ndarray], head: str, matches: Mapping[int, int]
) -> dict[str, np.ndarray]:
    """Weights for a model from those of the same network with other classes.

    Args:
        model: with fresh weights; those of classes without a match stay.
        old: weights by name.
        head: the layer that has a row for each class.
        matches: class of the model → class of `old`.

    Raises:
        WeightsError: the head of `old` has another form.
    """
    axis = -2 if isinstance(model.get_layer(head), keras.layers.Conv2DTranspose) else -1
    arrays = dict(old)
    for name, fresh in model_arrays(model).items():
        if name.startswith(f"{head}/"):
            arrays[name] = joined_rows(fresh, old.get(name), axis if fresh.ndim > 1 else 0, matches)
    return arrays


def joined_rows(fresh: np.ndarray, old: np.ndarray | None, axis: int, matches: Mapping[int, int]) -> np.ndarray:
    """`fresh` with the rows along `axis` that have a match in `old`.

    Raises:
        WeightsError: they differ in more than the number of rows.
    """
    if old is None or np.delete(fresh, slice(None), axis).shape != np.delete(old, slice(None), axis).shape:
        raise WeightsError(
            "The run's last layer has another form than this network's.",
            fix="It was made by another version of segcore: start from ImageNet instead.",
        )
    rows = np.moveaxis(np.array(fresh), axis, 0)
    source = np.moveaxis(old, axis, 0)
    for new_id, old_id in matches.items():
        rows[new_id] = source[old_id]
    return np.moveaxis(rows, 0, axis)
