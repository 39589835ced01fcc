"""What a training is made of: which layers learn, and how fast."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from tiny_training import new_run, tiny

from segcore.datasets.store import Dataset
from segcore.models.architectures import architecture
from segcore.models.freeze import encoder_layers
from segcore.runs.store import RunStore
from segcore.training.config import TrainConfig
from segcore.training.parts import make_parts


def first_moves(config: TrainConfig, dataset: Dataset, runs: RunStore) -> tuple[set[float], set[float]]:
    """How far each weight of the encoder, and each of the decoder, goes at a first step: with Adam, its rate."""
    made = make_parts(config, dataset, runs, new_run(runs, config).id)
    learning = made.model.trainable_variables
    before = [np.array(v.value) for v in learning]
    made.optimizer.apply([tf.ones(v.shape) for v in learning], learning)
    encoder = {v.path for la in encoder_layers(made.model, architecture(config.architecture)) for v in la.variables}
    moves: tuple[set[float], set[float]] = set(), set()
    for variable, old in zip(learning, before, strict=True):
        gone = float(np.median(old - np.asarray(variable.value)))
        moves[variable.path not in encoder].add(round(gone, 4))
    return moves


def test_a_pretrained_encoder_learns_at_its_share_of_the_rate(shapes: Dataset, runs: RunStore) -> None:
    config = tiny(pretrained=True, learning_rate=0.01, encoder_rate=0.2, weight_decay=0)
    assert first_moves(config, shapes, runs) == ({0.002}, {0.01})


def test_an_encoder_of_random_weights_learns_as_fast_as_the_rest(shapes: Dataset, runs: RunStore) -> None:
    config = tiny(pretrained=False, learning_rate=0.01, encoder_rate=0.2, weight_decay=0)
    assert first_moves(config, shapes, runs) == ({0.01}, {0.01})
