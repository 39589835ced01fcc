"""Without a sign-in the dashboard listens on this machine alone, unless somebody says that this is wanted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from segcore.access.exposure import check_exposure, is_local
from segcore.errors import ConfigError
from segcore.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("unix:///run/segcore.sock", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("fe80::1%eth0", False),
        ("::ffff:10.0.0.1", False),
        ("lab.org", False),
        ("localhost.evil.com", False),
        ("", False),
        (None, False),
    ],
)
def test_what_only_this_machine_can_reach(address: str | None, local: bool) -> None:
    assert is_local(address) is local


def test_a_sign_in_or_a_word_opens_other_addresses(tmp_path: Path) -> None:
    closed = Settings.from_env({"SEGCORE_HOME": str(tmp_path)})
    opened = Settings.from_env({"SEGCORE_HOME": str(tmp_path), "SEGCORE_OPEN": "1"})
    check_exposure("127.0.0.1", closed, sign_in=False)
    check_exposure("0.0.0.0", closed, sign_in=True)
    check_exposure("0.0.0.0", opened, sign_in=False)
    with pytest.raises(ConfigError, match=r"by 0\.0\.0\.0.*no sign-in is set up.*SEGCORE_OPEN=1"):
        check_exposure("0.0.0.0", closed, sign_in=False)
    with pytest.raises(ConfigError, match="every network"):
        check_exposure("", closed, sign_in=False)


def test_the_dashboard_itself_refuses_to_start(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SEGCORE_", "STREAMLIT_"))}
    env |= {"SEGCORE_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    started = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command = [*started, "--server.address=0.0.0.0", "--server.port=0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "no sign-in is set up" in done.stderr
    assert "Traceback" not in done.stderr
    assert "No runtime found" not in done.stderr
