"""Nothing looks for garbage while a large library opens, and afterwards all is as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from segcore.large_imports import all_stays


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
