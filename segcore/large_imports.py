"""Opening large libraries without looking for garbage meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_stays() -> Iterator[None]:
    """Within the block Python looks for no garbage.

    TensorFlow and MLflow make up to a million objects as they open. They all stay, and looking through them again and
    again takes a fifth of that time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
