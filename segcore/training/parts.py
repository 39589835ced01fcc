"""What a training works with: its network and the average of it, optimizer, compiled steps, validation frames."""

from __future__ import annotations

from dataclasses import dataclass

import keras

from segcore.datasets.store import Dataset
from segcore.models.freeze import encoder_layers, freeze_depthwise, freeze_encoder
from segcore.models.registry import architecture, build
from segcore.models.spec import ModelSpec
from segcore.runs.store import RunStore
from segcore.training.average import WeightAverage
from segcore.training.config import TrainConfig
from segcore.training.devices import Device, choose_device
from segcore.training.distribute import make_step, make_strategy, scope
from segcore.training.initial import initial_network
from segcore.training.optimizer import make_optimizer
from segcore.training.step import TrainLoss, TrainStep, make_score, plain_loss
from segcore.training.validation import Frame, Score, load_frames


@dataclass(frozen=True)
class Parts:
    """All of them, at their start."""

    device: Device
    spec: ModelSpec
    start_tags: dict[str, str]
    """Where the weights come from, for the run."""
    model: keras.Model
    average: WeightAverage
    optimizer: keras.optimizers.Optimizer
    loss: TrainLoss
    train_step: TrainStep
    score: Score
    """Of the average, without class weights."""
    frames: list[Frame]
    """The validation part, decoded."""


def make_parts(config: TrainConfig, dataset: Dataset, store: RunStore, run_id: str) -> Parts:
    """Choose the device, build the network and compile its steps.

    Args:
        config: all settings, `fitted` to the dataset.
        dataset: in the fold of the settings.
        store: where the run to start from is found, if there is one.
        run_id: of this training.
    """
    device = choose_device(config)
    strategy = make_strategy(device)
    keras.utils.set_random_seed(config.seed)
    spec = ModelSpec(
        architecture=config.architecture,
        classes=dataset.classes,
        geometry=config.geometry,
        output=architecture(config.architecture).output,
    )
    with scope(strategy):
        model, spec, start_tags = initial_network(build, config, spec, dataset, store, run_id)
        slow = settle_encoder(model, config)
        optimizer = device.wrap_optimizer(make_optimizer(config, slow))
        optimizer.build(model.trainable_variables)
    average = WeightAverage(model, build(spec)[0], config.average)
    loss = TrainLoss(config, dataset.pixels("train").sum(axis=0))
    return Parts(
        device=device,
        spec=spec,
        start_tags=start_tags,
        model=model,
        average=average,
        optimizer=optimizer,
        loss=loss,
        train_step=make_step(strategy, model, optimizer, loss, jit=device.jit),
        score=make_score(average.model, plain_loss(config, len(dataset.classes))),
        frames=load_frames(dataset.part("val"), config.geometry),
    )


def settle_encoder(model: keras.Model, config: TrainConfig) -> list[str]:
    """Freeze of a pretrained encoder what the settings freeze.

    Returns:
        `path` of each variable of it that still learns, for `make_optimizer`; none where weights are random.
    """
    if not config.pretrained:
        return []
    entry = architecture(config.architecture)
    freeze_encoder(model, entry, config.freeze)
    if config.freeze_depthwise:
        freeze_depthwise(model, entry)
    return [v.path for layer in encoder_layers(model, entry) for v in layer.trainable_variables]
