"""What is set in the environment before TensorFlow opens."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from segcore.before_tensorflow import set_defaults


@pytest.mark.parametrize(("machine", "onednn"), [("x86_64", "1"), ("AMD64", "1"), ("arm64", None), ("aarch64", None)])
def test_onednn_where_it_helps(monkeypatch: pytest.MonkeyPatch, machine: str, onednn: str | None) -> None:
    for name in ("TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(name, "")  # put back afterwards
        monkeypatch.delenv(name)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    set_defaults()
    assert os.environ.get("TF_ENABLE_ONEDNN_OPTS") == onednn
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"


def test_what_the_user_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    set_defaults()
    assert (os.environ["TF_ENABLE_ONEDNN_OPTS"], os.environ["TF_CPP_MIN_LOG_LEVEL"]) == ("0", "0")


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="oneDNN is for x86-64")
def test_tensorflow_takes_it() -> None:
    """TensorFlow reads the variable when it opens, and says that oneDNN is on."""
    code = (
        "from segcore.before_tensorflow import set_defaults; set_defaults()\n"
        "from tensorflow.python.util import _pywrap_util_port as port\n"
        "print('on' if port.IsMklEnabled() else 'off')"
    )
    known = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    seen = subprocess.run([sys.executable, "-c", code], env=known, capture_output=True, text=True, check=True)
    assert seen.stdout.split()[-1] == "on"
