"""Memory of this process."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> None:
    """What was freed goes back to the system now; the C library keeps much of it for what comes next.

    Of glibc (`malloc_trim(3)`); elsewhere nothing happens.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not in musl
        if trim is not None:
            trim(ctypes.c_size_t(0))
