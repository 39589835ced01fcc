"""What the machine has, as its system and its driver tell: no TensorFlow here, pages ask this."""

from __future__ import annotations

import csv
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from segcore.versions import version_of

INSTALL = 'pip install "tensorflow[and-cuda]"'
"""What brings the CUDA libraries that TensorFlow needs."""

_CUDA_PACKAGES = ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13")
_FIELDS = "name,memory.total,driver_version"


@dataclass(frozen=True)
class DriverGpu:
    """A GPU as NVIDIA's driver lists it."""

    name: str
    memory: int
    """Bytes."""
    driver: str
    """The driver's version."""


def driver_gpus(visible: str = "") -> list[DriverGpu]:
    """The GPUs that the driver lists; none where there is no driver.

    Args:
        visible: as in CUDA_VISIBLE_DEVICES; empty for all.
    """
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    command = [tool, f"--query-gpu={_FIELDS}", "--format=csv,noheader,nounits"]
    command += [f"--id={visible}"] if visible else []
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_gpus(found.stdout) if found.returncode == 0 else []


def parse_gpus(text: str) -> list[DriverGpu]:
    """The lines of nvidia-smi: "NVIDIA H100 80GB HBM3, 81559, 550.54.15"; what is no such line is passed over."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines())]
    return [
        DriverGpu(name, int(memory) * 2**20 if memory.isdigit() else 0, driver)
        for name, memory, driver in (row for row in rows if len(row) == 3)
    ]


def cuda_libraries() -> bool:
    """Whether the libraries of `tensorflow[and-cuda]` are installed."""
    for package in _CUDA_PACKAGES:
        try:
            version_of(package)
        except metadata.PackageNotFoundError:
            continue
        return True
    return False


def gpu_advice(listed: Sequence[str], *, libraries: bool, system: str) -> str:
    """Why the processor trains, and how a GPU would.

    Args:
        listed: names of the GPUs that the driver lists.
        libraries: whether the CUDA libraries are installed.
        system: "Linux", "Windows" or "Darwin".
    """
    if system == "Windows":
        return (
            "TensorFlow uses GPUs on Windows only inside WSL2, so the processor trains: "
            f"run `wsl --install`, then install segcore there with `{INSTALL}`."
        )
    if system == "Darwin":
        return "The GPU of a Mac is not used; the processor trains."
    if not listed:
        return (
            "No GPU was found, so the processor trains. Where there is one by NVIDIA: install its driver "
            f"(`nvidia-smi` must list it), then `{INSTALL}`."
        )
    names = ", ".join(dict.fromkeys(listed))
    if not libraries:
        return f"The driver lists {names}, but TensorFlow has no CUDA libraries, so the processor trains: `{INSTALL}`."
    return (
        f"The driver lists {names}, but TensorFlow cannot use it, so the processor trains: is the driver too old "
        "(`nvidia-smi`), or is CUDA_VISIBLE_DEVICES set to something else?"
    )


def advice_here() -> str:
    """`gpu_advice` for this machine."""
    names = [gpu.name for gpu in driver_gpus()]
    return gpu_advice(names, libraries=cuda_libraries(), system=platform.system())


def cpu_name() -> str:
    """The processor's name as its maker writes it, where the system tells."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return " ".join(names[0].split()) if names else platform.processor() or platform.machine()
