"""An engine that starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace


class FakeEngine:
    """Notes what it is asked for, starts nothing."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.workers = 1

    def __getattr__(self, name: str) -> Callable[[str], None]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda run_id: self.asked.append((name, run_id))

    def info(self) -> SimpleNamespace:
        """An embedded engine with so many workers."""
        workers = tuple(
            SimpleNamespace(name=f"worker-{n}", slots=1, gpus=0, busy=False, memory=60_000_000)
            for n in range(self.workers)
        )
        return SimpleNamespace(
            address="tcp://127.0.0.1:1", embedded=True, workers=workers, queued=0, running=0, note=""
        )
