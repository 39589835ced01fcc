"""The sample video of the pages: drawn once, whoever asks, and not at all where it lies already."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pages.common import cached
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


@pytest.fixture
def drawn(home: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where it was drawn, once for each time; the drawing itself takes a moment and writes a word."""
    store, made = DatasetStore(home), []

    def ask(_: list[str]) -> None:
        threading.Event().wait(0.1)
        store.sample_file.parent.mkdir(parents=True, exist_ok=True)
        store.sample_file.write_text("a film")
        made.append(store.sample_file)

    monkeypatch.setattr(cached, "datasets", lambda: store)
    monkeypatch.setattr(cached, "ask", ask)
    return made


def test_many_who_ask_at_once_get_the_one_that_is_drawn(drawn: list[Path]) -> None:
    with ThreadPoolExecutor(5) as pool:
        found = {file.result() for file in [pool.submit(cached.sample_video) for _ in range(5)]}
    assert found == {drawn[0]}
    assert len(drawn) == 1


def test_it_is_drawn_again_where_somebody_tidied_up(drawn: list[Path]) -> None:
    cached.sample_video().unlink()
    assert cached.sample_video().is_file()
    assert len(drawn) == 2
