"""Spoiled files: each reader gives a result or an error of ours, soon, in little memory.

Longer, by hand: tests/benchmarks/fuzz.py. Exports of every dataset format are spoiled in
tests/datasets/test_damaged_exports.py, videos in a process of their own in test_h15_h26_hostile_videos.py.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from fuzzing import odd_values, read_one, spoiled, targets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TARGETS = targets()
EXAMPLES = int(os.environ.get("SEGCORE_FUZZ_EXAMPLES", "60"))
"""Of each reader; thousands take minutes."""
HERE = [name for name in TARGETS if name != "video"]


@pytest.mark.parametrize("name", HERE)
def test_whole_files_are_read(name: str, tmp_path: Path) -> None:
    for file, data in TARGETS[name].seeds.items():
        assert read_one(TARGETS[name], file, data, tmp_path) == "read"


@pytest.mark.parametrize("name", HERE)
def test_spoiled_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    target, ends = TARGETS[name], []

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(dice=st.randoms(use_true_random=False), file=st.sampled_from(sorted(target.seeds)), inside=st.booleans())
    def reads(dice: Random, file: str, inside: bool) -> None:
        spoil = odd_values if inside and target.text else spoiled
        ends.append(read_one(target, file, spoil(target.seeds[file], dice), tmp_path))

    reads()
    assert set(ends) <= {"read", "refused"}
    assert "refused" in ends, "nothing was spoiled"
