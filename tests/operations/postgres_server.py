"""A PostgreSQL server of its own, on a free loopback port, gone at the end. Debian's package is enough."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_USER = "postgres"
"""PostgreSQL refuses to run as root; the package makes this user."""
PASSWORD = "not/a@secret"
"""With characters that an address must escape."""


def binaries() -> Path:
    """The folder of PostgreSQL's programs; the test is skipped where there are none."""
    pytest.importorskip("psycopg", reason='psycopg is not installed: pip install -e ".[postgres]"')
    found = [Path(tool).resolve() for tool in [shutil.which("initdb")] if tool]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    if not found:
        pytest.skip("PostgreSQL's server is not installed (apt-get install postgresql)")
    if os.getuid() == 0 and _USER not in {entry.pw_name for entry in pwd.getpwall()}:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return found[0].parent


@contextmanager
def postgres_server() -> Iterator[str]:
    """A running server with an empty database; gives its address, with user and password."""
    tools = binaries()
    apart = {"user": _USER, "group": _USER, "extra_groups": []} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="segcore-postgres-"))
    if apart:
        shutil.chown(folder, _USER, _USER)
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder} | apart
    word = folder / "password"
    word.write_text(PASSWORD)
    word.chmod(0o644)
    try:
        data = folder / "data"
        sign_in = ["-U", "segcore", "-A", "scram-sha-256", "--pwfile", word]
        subprocess.run([tools / "initdb", "-D", data, *sign_in, "-N", "-E", "UTF8"], check=True, **quiet)
        port = _free_port()
        options = f"-c port={port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        control = [tools / "pg_ctl", "-D", data, "-w", "-t", "60"]
        subprocess.run([*control, "-l", folder / "log", "-o", options, "start"], check=True, **quiet)
        try:
            yield f"postgresql://segcore:not%2Fa%40secret@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
