"""The same work for many files, on a few threads, in order and in flat memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_THREADS = 8
_LARGE = 4_000_000
"""Pictures of more pixels than this are worked on one at a time."""
_one_large = Lock()


def in_order(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """`function` of every item, in their order; no more than a few results wait at a time.

    Decoding and packing of pictures leave Python's lock alone, so threads use all cores. The first error of
    `function` is raised when its turn comes; work that was not begun by then is given up.
    """
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="files") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > threads * 2:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def room_for(height: int, width: int) -> Iterator[None]:
    """Large pictures wait for each other, so that memory does not grow with the number of threads."""
    if height * width <= _LARGE:
        yield
        return
    with _one_large:
        yield
