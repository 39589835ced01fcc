"""What a training would be computed on here, in one line; asked of the driver, TensorFlow stays closed."""

from __future__ import annotations

import platform

import streamlit as st

from pages.common.widgets import md
from segcore.training.hardware import cpu_name, cuda_libraries, driver_gpus, gpu_advice


@st.cache_data(max_entries=1, ttl=600, show_spinner=False)
def _found() -> tuple[tuple[str, ...], bool]:
    """Names of the GPUs that the driver lists, and whether the CUDA libraries are installed."""
    return tuple(gpu.name for gpu in driver_gpus()), cuda_libraries()


def line(device: str = "auto") -> None:
    """A caption: the processor or the GPUs, and how a GPU would be used where none can be.

    Args:
        device: as in `TrainConfig`.
    """
    names, libraries = _found()
    words, advice = computes(names, libraries=libraries, system=platform.system(), device=device)
    st.caption(f":material/memory: {md(words)}", help=advice or None)


def computes(names: tuple[str, ...], *, libraries: bool, system: str, device: str) -> tuple[str, str]:
    """(where it is computed, what to do for a GPU; empty where nothing).

    Args:
        names: of the GPUs that the driver lists.
        libraries: whether the CUDA libraries are installed.
        system: "Linux", "Windows" or "Darwin".
        device: as in `TrainConfig`.
    """
    if device != "cpu" and names and libraries and system == "Linux":
        found = ", ".join(dict.fromkeys(names))
        return f"Trains on the GPU ({found})" if len(names) == 1 else f"Trains on {len(names)} GPUs ({found})", ""
    advice = "" if device == "cpu" else gpu_advice(names, libraries=libraries, system=system)
    return f"Trains on the processor ({cpu_name()}){'' if device == 'cpu' else '; no GPU is used'}", advice
