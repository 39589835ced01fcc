"""The engine started from a script of a real Streamlit server: its workers must not run the app again."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from segcore.runs import RunState, RunStore
from segcore.settings import Settings

TOY = Path(__file__).parent / "toy_job.py"
APP = f"""
import os, sys
from pathlib import Path
with Path("runs.txt").open("a") as file:
    file.write(f"{{os.getpid()}}\\n")
import streamlit as st
from segcore.jobs import Engine
from segcore.runs import RunStore
from segcore.settings import Settings

@st.cache_resource
def engine():
    settings = Settings.from_env()
    return Engine(RunStore(settings), settings, command=lambda run: ({str(TOY)!r}, "quick", run.id))

engine().submit(Path("run.txt").read_text())
st.write("submitted")
"""


@pytest.fixture
def server(tmp_path: Path, installation: Settings) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`streamlit run app.py` in an empty folder."""
    (tmp_path / "app.py").write_text(APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options, "--browser.gatherUsageStats=false"],
        cwd=tmp_path,
        env={**os.environ, **installation.environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process, port
    children = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.wait(timeout=20)
    assert not psutil.wait_procs(children, timeout=20)[1], "the engine outlived its server"


def test_workers_do_not_run_the_app_again(server, store: RunStore, wait, tmp_path: Path) -> None:
    process, port = server
    run = store.create("train", config={}, name="quick-streamlit")
    (tmp_path / "run.txt").write_text(run.id)
    with ThreadPoolExecutor(1) as pool:  # the browser tests leave an event loop in the main thread
        pool.submit(asyncio.run, _visit(port)).result()
    wait(run, RunState.FINISHED)
    assert set((tmp_path / "runs.txt").read_text().split()) == {str(process.pid)}


async def _visit(port: int) -> None:
    """Open a session as a browser does, and stay until the script has run once."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from tornado.websocket import websocket_connect

    socket_ = None
    deadline = time.monotonic() + 60
    while socket_ is None:
        try:
            socket_ = await websocket_connect(f"ws://127.0.0.1:{port}/_stcore/stream")
        except OSError:
            assert time.monotonic() < deadline, "the server did not come up"
            await asyncio.sleep(0.2)
    hello = BackMsg()
    hello.rerun_script.query_string = ""
    await socket_.write_message(hello.SerializeToString(), binary=True)
    message = ForwardMsg()
    while message.WhichOneof("type") != "script_finished":
        data = await asyncio.wait_for(socket_.read_message(), 90)
        assert isinstance(data, bytes), "the server closed the session"
        message = ForwardMsg.FromString(data)
    socket_.close()
