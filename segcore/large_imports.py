"""Opening large libraries: without looking for garbage meanwhile, and without what they would open for nothing."""

from __future__ import annotations

import gc
import sys
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


KERAS_OPENS = ("sklearn", "matplotlib")
"""What Keras opens where it is installed, for wrappers and pictures that we do not use: two fifths of the time that it
takes to open TensorFlow and Keras, and 90 MB."""


@contextmanager
def tensorflow_alone() -> Iterator[None]:
    """Within the block `KERAS_OPENS` counts as not installed, and `all_stays`; to open TensorFlow and Keras in.

    For processes in which nobody else imports meanwhile: the children that train or draw.
    """
    hidden = [name for name in KERAS_OPENS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import of it fails
    try:
        with all_stays():
            yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
