"""What the driver's tool says, and what a person is told where no GPU can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.training import hardware
from segcore.training.hardware import DriverGpu, advice_here, driver_gpus, gpu_advice, parse_gpus

LISTED = "NVIDIA H100 80GB HBM3, 81559, 550.54.15\nNVIDIA GeForce RTX 4090, [N/A], 550.54.15\n"


def test_lines_of_the_driver() -> None:
    assert parse_gpus(LISTED) == [
        DriverGpu("NVIDIA H100 80GB HBM3", 81559 * 2**20, "550.54.15"),
        DriverGpu("NVIDIA GeForce RTX 4090", 0, "550.54.15"),
    ]
    assert parse_gpus("NVIDIA-SMI has failed because it couldn't communicate with the driver.\n") == []


def _tool(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{text}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_tool_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool(tmp_path, 'echo "$@" | grep -q -- --id=1 && echo "One, 10, 1.0" || echo "All, 20, 1.0"', monkeypatch)
    assert [gpu.name for gpu in driver_gpus()] == ["All"]
    assert [gpu.name for gpu in driver_gpus("1")] == ["One"]
    _tool(tmp_path, "echo 'One, 10, 1.0'; exit 9", monkeypatch)
    assert driver_gpus() == []


@pytest.mark.parametrize(
    ("listed", "libraries", "system", "says"),
    [
        ([], False, "Linux", ("No GPU was found", "nvidia-smi", 'pip install "tensorflow[and-cuda]"')),
        (["NVIDIA H100", "NVIDIA H100"], False, "Linux", ("lists NVIDIA H100, but", 'pip install "tensorflow[and')),
        (["NVIDIA H100"], True, "Linux", ("cannot use it", "driver too old", "CUDA_VISIBLE_DEVICES")),
        (["NVIDIA H100"], True, "Windows", ("WSL2", "wsl --install")),
        ([], False, "Darwin", ("Mac",)),
    ],
)
def test_advice(listed: list[str], libraries: bool, system: str, says: tuple[str, ...]) -> None:
    text = gpu_advice(listed, libraries=libraries, system=system)
    assert "processor trains" in text
    assert all(part in text for part in says)


def test_advice_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "driver_gpus", lambda: [DriverGpu("NVIDIA T4", 1, "1")])
    monkeypatch.setattr(hardware, "cuda_libraries", lambda: False)
    monkeypatch.setattr(hardware.platform, "system", lambda: "Linux")
    assert "NVIDIA T4" in advice_here()
