"""Joining chunks: what takes long beside the rest, all files or none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from segcore.errors import Cancelled, VideoError
from segcore.video.chunks.record import ChunkRecord, Witness
from segcore.video.chunks.shelf import Shelf
from segcore.video.chunks.whole import Whole
from segcore.video.outputs.output import Output
from segcore.video.outputs.product import Product

RECORD = ChunkRecord(
    number=3,
    frames=1,
    labelled=1,
    before=None,
    last=Witness(index=0, pts=0),
    ends="video",
    seconds=0.1,
    damage={},
)


def _never(_: Path) -> Output:
    raise AssertionError("no part is written here")


def _product(name: str, before: Callable[[], None] = lambda: None, *, long: bool = False) -> Product:
    def join(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
        assert [folder.name for folder in folders] == ["chunk-000003"]
        before()
        (out / name).write_text(name)
        return (out / name,)

    return Product(_never, join, long=long)


@pytest.fixture
def whole(tmp_path: Path) -> Whole:
    return Whole(Shelf(tmp_path / "work"), [RECORD], stopped=False)


def test_the_long_one_and_the_others_wait_for_none(whole: Whole, tmp_path: Path) -> None:
    long_runs, other_runs = threading.Event(), threading.Event()

    def long() -> None:
        long_runs.set()
        assert other_runs.wait(20)

    def other() -> None:
        other_runs.set()
        assert long_runs.wait(20)

    products = [_product("a", other), _product("b", long, long=True), _product("c")]
    made = whole.join(products, tmp_path, lambda: None)
    assert sorted(path.name for path in made) == ["a", "b", "c"]
    assert all(path.read_text() == path.name for path in made)


def test_cancelled_while_the_long_one_works_nothing_is_left(whole: Whole, tmp_path: Path) -> None:
    asked = threading.Event()

    def stop_after_the_others() -> None:
        if (tmp_path / "c").exists():
            asked.set()
            raise Cancelled("by a person")

    products = [_product("b", lambda: _waited(asked), long=True), _product("c")]
    with pytest.raises(Cancelled):
        whole.join(products, tmp_path, stop_after_the_others)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def _waited(event: threading.Event) -> None:
    assert event.wait(20)


@pytest.mark.parametrize("long", [True, False])
def test_an_error_of_any_is_told_and_nothing_is_left(whole: Whole, tmp_path: Path, long: bool) -> None:
    def fails() -> None:
        raise VideoError("two chunks were encoded differently")

    products = [_product("a"), _product("b", fails, long=long), _product("c", long=not long)]
    with pytest.raises(VideoError, match="encoded differently"):
        whole.join(products, tmp_path, lambda: None)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]
