"""OpenVINO without its telemetry: nothing is sent from here, and no sender hangs when a process ends.

Importing OpenVINO sends an event to its makers from a forked process; where the network does not answer, that process
can wait for ever, and the one that forked it with it. Without `openvino_telemetry` it falls back to a stub of its own.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None: importing it fails

import openvino as ov  # noqa: E402

__all__ = ["ov"]
