"""Memory of this process."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def give_back() -> None:
    """What was freed goes back to the system now; the C library keeps much of it for what comes next.

    Of glibc (`malloc_trim(3)`); elsewhere nothing happens.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in musl
        if trim is not None:
            trim(ctypes.c_size_t(0))


@contextmanager
def settled() -> Iterator[None]:
    """Within the block, Python's garbage collector does not look through what is there already.

    Libraries leave hundreds of thousands of objects that stay; to look through them all stops every thread for a fifth
    of a second. What is made within the block is collected as ever.
    """
    if gc.get_freeze_count():  # so it is already, and whoever began it ends it
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
