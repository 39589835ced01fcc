"""Tables take their memory from the system, to which it goes back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKS = "import segcore, pyarrow; print(pyarrow.default_memory_pool().backend_name)"


@pytest.mark.parametrize(
    ("given", "expected"), [({}, "system"), ({"ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")]
)
def test_arrow_keeps_no_pool_of_its_own_unless_somebody_asks_for_one(given: dict[str, str], expected: str) -> None:
    """`ARROW_DEFAULT_MEMORY_POOL` is set by this very process's segcore, and left out for the child."""
    environment = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"} | given
    done = subprocess.run([sys.executable, "-c", ASKS], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected
