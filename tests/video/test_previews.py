"""The live picture: how often it comes, and that it never holds a job up."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from hand_clock import Clock

from segcore.knowledge.measure import FrameMeasure
from segcore.video.colors import BT601
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs import previews
from segcore.video.outputs.previews import Previews
from segcore.video.planes import Planes


def frame(number: int, present: int = 1) -> FinishedFrame:
    """A grey frame, the brighter the later; the first `present` of three classes are on it."""
    shade = np.full((48, 64, 3), 20 * number, np.uint8)
    pixels = np.array([100, *(1 if c < present else 0 for c in range(3))])
    small = np.zeros((4, 4), np.uint8)
    measure = FrameMeasure(pixels, np.zeros(4, np.int32), np.zeros(4, np.float32))
    return FinishedFrame(number, number / 10, number, small, small, {}, Planes.of_rgb(shade, BT601), measure)


def shade_of(jpeg: bytes) -> int:
    return int(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE).mean())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(previews, "time", made)
    return made


@pytest.mark.parametrize(("watched", "expected"), [(True, [0, 5, 10]), (False, [0])])
def test_twice_a_second_while_it_is_watched(tmp_path: Path, clock: Clock, watched: bool, expected: list[int]) -> None:
    """Frames a tenth of a second apart; at 0.5 and 1.0 s a watched job shows itself again."""
    got: list[int] = []
    arrived = threading.Event()

    def tell(jpeg: bytes) -> None:
        got.append(round(shade_of(jpeg) / 20))
        arrived.set()

    with Previews(tmp_path, tell, lambda: watched) as shown:
        for number in range(12):
            clock.now = 100 + number / 10
            arrived.clear()
            shown.write(frame(number))
            if number in expected:
                assert arrived.wait(5)
    assert got == expected


def test_now_and_then_while_nobody_looks(tmp_path: Path, clock: Clock) -> None:
    got: list[bytes] = []
    arrived = threading.Event()
    with Previews(tmp_path, lambda jpeg: (got.append(jpeg), arrived.set())[0]) as shown:
        shown.write(frame(0))
        assert arrived.wait(5)
        clock.now += 4.9
        shown.write(frame(1))
        clock.now += 0.6
        shown.write(frame(2))
    assert [round(shade_of(jpeg) / 20) for jpeg in got] == [0, 2]


def test_a_slow_store_holds_nothing_up(tmp_path: Path, clock: Clock) -> None:
    """While a picture is being handed over, later ones are left out and the job goes on."""
    release, got = threading.Event(), []

    def tell(jpeg: bytes) -> None:
        got.append(jpeg)
        release.wait(10)

    with Previews(tmp_path, tell, lambda: True) as shown:
        for number in range(8):
            clock.now += 1
            shown.write(frame(number))
        release.set()
    assert 1 <= len(got) <= 2


def test_a_store_that_fails_ends_no_job(tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    def tell(_: bytes) -> None:
        raise OSError("no space")

    with Previews(tmp_path, tell, lambda: True) as shown:
        for number in range(3):
            clock.now += 1
            shown.write(frame(number))
    assert "no space" in capsys.readouterr().err
    assert (tmp_path / "poster-1.jpg").exists()


def test_the_poster_is_the_first_frame_with_most_classes(tmp_path: Path) -> None:
    with Previews(tmp_path, lambda _: None) as shown:
        for number, present in enumerate([0, 2, 1, 2]):
            shown.write(frame(number, present))
    assert round(shade_of((tmp_path / "poster-2.jpg").read_bytes()) / 20) == 1


def test_a_job_that_fails_leaves_no_poster(tmp_path: Path) -> None:
    shown = Previews(tmp_path, lambda _: None).__enter__()
    shown.write(frame(0))
    shown.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert not list(tmp_path.iterdir())
