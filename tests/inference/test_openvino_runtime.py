"""OpenVINO sends nothing: its telemetry is not even opened."""

from __future__ import annotations

import subprocess
import sys

ASK = """
import sys
from segcore.inference.openvino_runtime import ov
from openvino.tools.ovc import telemetry_utils
ov.Core()
print(sys.modules["openvino_telemetry"], telemetry_utils.tm.__name__)
"""


def test_its_telemetry_is_a_stub() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.split() == ["None", "openvino.tools.ovc.telemetry_stub"]
