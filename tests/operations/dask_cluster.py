"""`dask scheduler` and `dask worker`, started by hand as docs/deploy.md says, on the loopback interface."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def dask_cluster(folder: Path, environment: Mapping[str, str], protocol: str = "tcp") -> Iterator[str]:
    """A scheduler and one worker with these variables; gives the scheduler's address.

    Args:
        folder: where their logs and scratch files go.
        environment: beside this process's own.
        protocol: "tcp", or "tls" with Dask's variables for certificates in `environment`.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"{protocol}://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", f"{protocol}://127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    worker = ["--no-nanny", "--nthreads", "1", "--resources", "SLOT=1", "--local-directory", str(folder)]
    commands = [
        [*dask, "scheduler", *local, "--protocol", protocol, "--port", str(port)],
        [*dask, "worker", address, *local, *worker],
    ]
    env = os.environ | dict(environment)
    processes = []
    with (folder / "dask.log").open("wb") as log:
        for command in commands:
            processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=env))
    try:
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
