"""Averaged views: mirrored ones come back unmirrored, scaled ones at the plain resolution."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from by_color import ByColor

from segcore.datasets.images import read_image
from segcore.datasets.store import Dataset
from segcore.errors import ConfigError
from segcore.evaluation.averaging import AveragedPredictor, Views


class LeftIsOne(ByColor):
    """Says class 1 for the left half of whatever it sees; in logits."""

    output: Literal["logits", "sigmoid"] = "logits"

    def scores(self, frames: np.ndarray) -> np.ndarray:
        height, width = self.size_for(*frames.shape[1:3])
        out = np.zeros((len(frames), height, width, 3), np.float32)
        out[:, :, : width // 2, 1] = np.log(8)
        return out


def test_one_view_is_the_network_itself(shapes: Dataset) -> None:
    frames = read_image(shapes.pairs[0].image)[None]
    network = ByColor(side=96)
    same = AveragedPredictor(network, [network], flip=False)
    np.testing.assert_allclose(same.scores(frames), network.scores(frames))
    np.testing.assert_array_equal(same.predict(frames)[0], network.predict(frames)[0])


def test_a_mirrored_view_is_turned_back(shapes: Dataset) -> None:
    frames = read_image(shapes.pairs[0].image)[None]
    network = ByColor(side=96)
    np.testing.assert_allclose(AveragedPredictor(network, [network], flip=True).scores(frames), network.scores(frames))


def test_probabilities_are_averaged_not_logits() -> None:
    """Left: 0.8 from the plain view, 1/3 from the mirrored one; softmax of mean logits would give 0.59."""
    network = LeftIsOne(side=96)
    got = AveragedPredictor(network, [network], flip=True).scores(np.zeros((1, 64, 96, 3), np.uint8))
    np.testing.assert_allclose(got[0, 0, :, 1], (0.8 + 1 / 3) / 2, rtol=1e-5)
    np.testing.assert_allclose(got.sum(-1), 1, rtol=1e-5)


def test_scales_answer_at_the_plain_resolution(shapes: Dataset) -> None:
    frames = read_image(shapes.pairs[0].image)[None]
    network = AveragedPredictor(ByColor(side=96), [ByColor(side=64), ByColor(side=96), ByColor(side=128)], flip=True)
    got = network.scores(frames)
    assert got.shape == (1, 64, 96, 3)
    assert (got.argmax(-1) == ByColor(side=96).predict(frames)[0]).mean() > 0.95
    assert "mean of 6 views" in network.backend


def test_views_out_of_range_are_refused() -> None:
    assert Views().plain
    assert len(Views((0.75, 1.0, 1.25), flip=True)) == 6
    for scales in ((), (0.1,), (1.0, 5.0)):
        with pytest.raises(ConfigError, match=r"0\.25 to 4"):
            Views(scales)
