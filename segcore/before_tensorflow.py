"""How TensorFlow is to run here: set in the environment before it opens, unless the user set it otherwise."""

from __future__ import annotations

import os
import platform

QUIET = ("TF_CPP_MIN_LOG_LEVEL", "3")
"""TensorFlow tells of every library it does not find, which frightens people and mends nothing."""

ONEDNN = ("TF_ENABLE_ONEDNN_OPTS", "1")
"""Convolutions by oneDNN. TensorFlow itself takes it only where the processor has instructions for networks (AVX-512
VNNI and later); its own kernels are built for AVX, so that those with AVX2 and FMA, most laptops, would run at half
their speed."""


def set_defaults() -> None:
    """Call it first in every process that may open TensorFlow; a variable that is set stays as it is."""
    os.environ.setdefault(*QUIET)
    if platform.machine().lower() in ("x86_64", "amd64"):
        os.environ.setdefault(*ONEDNN)
