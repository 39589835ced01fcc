"""Freed memory really goes back."""

from __future__ import annotations

import subprocess
import sys

import pytest

_MEASURE = """
import gc
from segcore.memory import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

held = [bytes(2000) for _ in range(50_000)]
pin = bytes(2000)  # above all that is freed, so that the heap cannot shrink by itself
full = resident()
del held
gc.collect()
kept = resident()
give_back()
print(full, kept, resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the C library is asked on Linux alone")
def test_what_was_freed_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True)
    full, kept, after = (int(word) for word in done.stdout.split())
    assert full - after > 80e6
    assert after <= kept
