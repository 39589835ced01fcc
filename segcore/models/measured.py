"""Milliseconds a frame that networks take on this machine, as measured here before. No TensorFlow here."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

from segcore.models.architectures import architecture
from segcore.versions import version_of
from segcore.whole_file import write_whole


class Measured:
    """What was measured; kept in SEGCORE_HOME/cache/networks.json.

    Figures count for this machine, these versions of segcore and OpenVINO, this network and this size only.

    Args:
        home: SEGCORE_HOME.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "cache" / "networks.json"

    def get(self, name: str, size: tuple[int, int]) -> float | None:
        """Milliseconds a frame of (height, width); None where it was not measured."""
        found = self._read().get(_key(name, size))
        return float(found) if isinstance(found, int | float) else None

    def put(self, name: str, size: tuple[int, int], ms: float) -> None:
        """Keep a measurement."""
        known = self._read() | {_key(name, size): round(ms, 2)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(known, indent=1))

    def _read(self) -> dict[str, object]:
        try:
            loaded = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}  # nothing was measured yet, or the file was damaged: it is measured again
        return loaded if isinstance(loaded, dict) else {}


def fitting_size(name: str, size: tuple[int, int]) -> tuple[int, int]:
    """(height, width) in the multiples that a network needs, nearest to `size`."""
    stride = architecture(name).stride
    height, width = (max(stride, stride * round(side / stride)) for side in size)
    return height, width


def _key(name: str, size: tuple[int, int]) -> str:
    machine = f"{platform.node()}, {os.cpu_count()} cores"
    made = f"segcore {version_of('segcore')}, OpenVINO {version_of('openvino')}"
    return f"{name} ({architecture(name).parameters}) at {size[1]}x{size[0]} on {machine} with {made}"
