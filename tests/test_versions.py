"""Versions are found whatever another thread does to sys.path meanwhile."""

from __future__ import annotations

import sys
import threading
from importlib import metadata

import pytest

from segcore.versions import version_of


def test_it_says_what_the_library_says() -> None:
    assert version_of("numpy") == metadata.version("numpy")
    with pytest.raises(metadata.PackageNotFoundError):
        version_of("no-such-package")


def test_a_list_that_changes_meanwhile_hides_nothing() -> None:
    over = threading.Event()

    def restless() -> None:
        while not over.is_set():
            sys.path.insert(0, "/nowhere")
            sys.path.remove("/nowhere")

    thread = threading.Thread(target=restless)
    thread.start()
    try:
        for _ in range(2000):
            version_of.cache_clear()
            assert version_of("numpy")
    finally:
        over.set()
        thread.join()
