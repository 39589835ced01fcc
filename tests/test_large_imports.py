"""Nothing looks for garbage while a large library opens, nothing is opened in vain, and afterwards all is as before."""

from __future__ import annotations

import gc
import importlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

from segcore.large_imports import KERAS_OPENS, all_stays, tensorflow_alone


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.enable()


def test_no_garbage_is_looked_for_meanwhile() -> None:
    with all_stays():
        assert not gc.isenabled()
        with all_stays():  # a library opens another
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_import_that_fails_leaves_it_on() -> None:
    with pytest.raises(ImportError), all_stays():
        raise ImportError
    assert gc.isenabled()


def test_who_switched_it_off_is_not_overruled() -> None:
    gc.disable()
    with all_stays():
        pass
    assert not gc.isenabled()


def test_what_keras_opens_in_vain_is_there_again_afterwards() -> None:
    code = """
import sys
from segcore.large_imports import KERAS_OPENS, tensorflow_alone
with tensorflow_alone():
    from segcore.training.trainer import train
assert "keras" in sys.modules
print([name for name in KERAS_OPENS if name in sys.modules])
import matplotlib.pyplot, sklearn.base
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == "[]"


def test_what_was_open_before_stays_open() -> None:
    before = {name: importlib.import_module(name) for name in KERAS_OPENS}
    with tensorflow_alone():
        assert all(sys.modules[name] is module for name, module in before.items())
    assert all(sys.modules[name] is module for name, module in before.items())
