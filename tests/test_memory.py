"""Freed memory really goes back, and what stays is not looked through again and again."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from segcore.memory import settled

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


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def thawed() -> Iterator[None]:
    """Nothing is frozen, as where a job begins; the tests' own frozen objects are frozen again."""
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    yield
    gc.unfreeze()
    if frozen:
        gc.freeze()


@pytest.mark.usefixtures("thawed")
def test_what_is_there_is_left_alone_and_new_garbage_is_collected() -> None:
    old = weakref.ref(ring := Ring())
    with settled():
        assert gc.get_freeze_count() > 10_000
        new = weakref.ref(Ring())
        del ring
        gc.collect()
        assert new() is None
        assert old() is not None
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert old() is None


@pytest.mark.usefixtures("thawed")
def test_what_another_began_another_ends() -> None:
    with settled():
        count = gc.get_freeze_count()
        with settled():
            assert gc.get_freeze_count() == count
        assert gc.get_freeze_count() == count
    with pytest.raises(KeyError), settled():
        raise KeyError
    assert gc.get_freeze_count() == 0
