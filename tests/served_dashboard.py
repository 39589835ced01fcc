"""`streamlit run app.py` for sessions by protocol: a process of its own over any home."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from mixed_load import free_port

ROOT = Path(__file__).parents[1]


@contextmanager
def served(home: Path, **variables: str) -> Iterator[tuple[str, psutil.Process]]:
    """The dashboard's address and its process, from its first answer on; its log lies in the home.

    Further environment variables may be given.
    """
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SEGCORE_", "STREAMLIT_"))}
    env |= {"SEGCORE_HOME": str(home), "STREAMLIT_SERVER_HEADLESS": "true"} | variables
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (home / "dashboard.log").open("wb") as log:
        dashboard = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_up(f"http://127.0.0.1:{port}", dashboard)
        yield f"http://127.0.0.1:{port}", psutil.Process(dashboard.pid)
    finally:
        dashboard.terminate()
        dashboard.wait(30)


def _wait_until_up(url: str, dashboard: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and dashboard.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the dashboard did not come up")
