"""Stages that work side by side: threads joined by short queues, so that memory stays flat.

The first error of any stage ends them all and is raised again where the flow is watched.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from segcore.errors import Cancelled, VideoError
from segcore.video.clock import StageClock

T = TypeVar("T")

_POLL_S = 0.1
_ENDING_S = 3.0
"""How long all stages together may take to end; one that hangs in a decoder is left behind, for the process to end."""
_END = object()


class Stopped(Exception):
    """Another stage failed, or the user cancelled: leave quietly."""


class Flow:
    """The threads of one job.

    Args:
        stall_s: seconds without any sign of life after which the job is given up.

    Attributes:
        clock: what the threads worked, and how long they waited at channels.
    """

    def __init__(self, stall_s: float = 120.0) -> None:
        self.clock = StageClock()
        self.stopping = threading.Event()
        self._stall_s = stall_s
        self._alive_at = time.monotonic()
        self._error: BaseException | None = None
        self._guard = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Run a stage in a thread of its own."""
        thread = threading.Thread(target=self._run, args=(work,), name=f"video-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            return
        except BaseException as error:  # handed to the watcher, whatever it is
            with self._guard:
                self._error = self._error or error
            self.stopping.set()

    def alive(self) -> None:
        """A sign of life from a stage."""
        self._alive_at = time.monotonic()

    def beat(self) -> None:
        """For long work inside a stage: a sign of life, and the place where it ends when all shall end."""
        if self.stopping.is_set():
            raise Stopped
        self.alive()

    def watch(self, should_stop: Callable[[], bool]) -> None:
        """Wait for all stages.

        Raises:
            Cancelled: `should_stop()` said so.
            VideoError: nothing moved for `stall_s` seconds.
            Exception: the first error of a stage.
        """
        try:
            self._look_on(should_stop)
        except BaseException as error:  # a signal's, too: no stage may outlive it
            self._end(error)
        deadline = time.monotonic() + _ENDING_S
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
        if self._error is not None:
            raise self._error

    def _look_on(self, should_stop: Callable[[], bool]) -> None:
        while (alive := [t for t in self._threads if t.is_alive()]) and not self.stopping.is_set():
            if should_stop():
                self._end(Cancelled("The video was cancelled; nothing was kept."))
            elif time.monotonic() - self._alive_at > self._stall_s:
                self._end(
                    VideoError(
                        f"The video made no progress for {self._stall_s:.0f} s.",
                        fix="It may be damaged; convert it with ffmpeg and try again.",
                    )
                )
            alive[-1].join(_POLL_S)  # the last stage, so that the end is seen as soon as it comes

    def _end(self, error: BaseException) -> None:
        with self._guard:
            self._error = self._error or error
        self.stopping.set()


class Channel(Generic[T]):
    """A bounded queue between two stages of a flow."""

    def __init__(self, flow: Flow, size: int) -> None:
        self._flow = flow
        self._queue: queue.Queue[object] = queue.Queue(maxsize=size)

    def put(self, item: T) -> None:
        """Hand over; waits while the next stage is behind."""
        self._put(item)

    def close(self) -> None:
        """Say that nothing more comes."""
        self._put(_END)

    def _put(self, item: object) -> None:
        with self._flow.clock.waiting("output"):
            while True:
                if self._flow.stopping.is_set():
                    raise Stopped
                try:
                    return self._queue.put(item, timeout=_POLL_S)
                except queue.Full:
                    continue

    def _get(self) -> object:
        with self._flow.clock.waiting("input"):
            while True:
                if self._flow.stopping.is_set():
                    raise Stopped
                try:
                    return self._queue.get(timeout=_POLL_S)
                except queue.Empty:
                    continue

    def __iter__(self) -> Iterator[T]:
        while (item := self._get()) is not _END:
            self._flow.alive()
            yield item  # type: ignore[misc]
