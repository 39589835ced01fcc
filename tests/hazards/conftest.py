"""What the hazards of trainings share."""

from __future__ import annotations

import pytest
from tiny_training import tiny_network

from segcore.training import parts


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is compiled in a second."""
    monkeypatch.setattr(parts, "build", tiny_network)
