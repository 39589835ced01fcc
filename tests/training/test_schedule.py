"""The rate over the training, and what is left of its budget."""

from __future__ import annotations

import pytest

from segcore.errors import ConfigError
from segcore.training.config import PRESETS, from_preset
from segcore.training.schedule import Budget, learning_rate, steps_per_epoch


def test_one_cycle_by_hand() -> None:
    assert learning_rate(0.0, 2e-3, "one_cycle") == pytest.approx(2e-4)
    assert learning_rate(0.1, 2e-3, "one_cycle") == pytest.approx(2e-3)
    assert learning_rate(0.55, 2e-3, "one_cycle") == pytest.approx(2e-3 * (0.01 + 0.99 / 2))
    assert learning_rate(1.0, 2e-3, "one_cycle") == pytest.approx(2e-5)
    assert learning_rate(1.7, 2e-3, "one_cycle") == pytest.approx(2e-5)


def test_constant_is_constant() -> None:
    assert {learning_rate(p, 1e-3, "constant") for p in (0, 0.05, 0.5, 1)} == {1e-3}


@pytest.mark.parametrize(("frames", "steps"), [(1, 32), (29, 32), (100, 50), (367, 184), (5000, 240)])
def test_steps_per_epoch(frames: int, steps: int) -> None:
    assert steps_per_epoch(frames, from_preset("d", "fast")) == steps


def test_budget_of_minutes() -> None:
    budget = Budget(from_preset("d", "fast", minutes=10), steps=10)
    assert budget.progress(0, 0) == 0
    assert budget.progress(5, 300) == pytest.approx(0.5)
    assert budget.remaining(5, 300) == pytest.approx(300)
    assert budget.progress(5, 601) == 1
    budget.reserve = 60
    assert budget.progress(5, 540) == 1


def test_budget_of_epochs() -> None:
    budget = Budget(from_preset("d", "fast", epochs=4), steps=10)
    assert budget.progress(10, 1e6) == pytest.approx(0.25)
    assert budget.remaining(10, 100) == pytest.approx(300)
    assert budget.progress(40, 1) == 1


def test_whichever_ends_first() -> None:
    budget = Budget(from_preset("d", "fast", epochs=4, minutes=1), steps=10)
    assert budget.progress(40, 10) == 1
    assert budget.progress(1, 60) == 1


def test_epochs_that_are_asked_for_replace_the_minutes_of_a_preset_and_the_other_way_round() -> None:
    assert from_preset("d", "fast", epochs=4, minutes=None).minutes is None
    assert from_preset("d", "notebook", minutes=4, epochs=None).epochs is None
    both = from_preset("d", "fast", epochs=4, minutes=1)
    assert (both.epochs, both.minutes) == (4, 1)


def test_resumed_training_has_used_part_of_it() -> None:
    budget = Budget(from_preset("d", "fast", minutes=10), steps=10, used=300)
    assert budget.progress(0, 0) == pytest.approx(0.5)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_sound(preset: str) -> None:
    assert from_preset("d", preset).preset == preset


def test_dotted_changes_reach_inside() -> None:
    config = from_preset("d", "notebook", **{"augment.rotation": 5, "batch_size": 2})
    assert (config.augment.rotation, config.augment.window, config.batch_size) == (5, "fraction", 2)
    assert PRESETS["notebook"]["augment"]["rotation"] == 0


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"batch_sise": 3}, "batch_sise"),
        ({"batch_size": 0}, "batch_size"),
        ({"crop": (100, 100)}, "multiples of 32"),
        ({"augment.zoom": (2, 1)}, "low <= high"),
        ({"epochs": -1}, "epochs"),
    ],
)
def test_wrong_settings_are_named(changes: dict, match: str) -> None:
    with pytest.raises(ConfigError, match=match):
        from_preset("d", "fast", **changes)


def test_unknown_preset_lists_the_known() -> None:
    with pytest.raises(ConfigError, match="notebook"):
        from_preset("d", "quick")


def test_an_extended_budget_by_hand() -> None:
    budget = Budget(from_preset("d", "fast", minutes=10), steps=10, used=60)
    budget.reserve = 30
    assert budget.progress(5, 510) == 1
    budget.extend(600)
    assert budget.progress(5, 510) == pytest.approx(570 / 1170)
    assert budget.remaining(5, 510) == pytest.approx(630)
    budget.extend(600)  # in all, not once more
    assert budget.remaining(5, 510) == pytest.approx(630)


def test_a_budget_of_epochs_has_no_minutes_to_extend() -> None:
    budget = Budget(from_preset("d", "fast", epochs=4), steps=10)
    budget.extend(600)
    assert budget.progress(10, 1e6) == pytest.approx(0.25)
