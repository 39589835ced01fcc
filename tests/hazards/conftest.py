"""What the hazards of trainings share."""

from __future__ import annotations

import pytest


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is compiled in a second."""
    from tiny_training import tiny_network  # opens TensorFlow, which most hazards do not need

    from segcore.training import parts

    monkeypatch.setattr(parts, "build", tiny_network)
