"""A PostgreSQL database in one file and back, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from segcore.errors import BackupError
from segcore.settings import Settings


def dump(settings: Settings, target: Path) -> None:
    """`pg_dump` of the run store: consistent whoever writes meanwhile.

    Raises:
        BackupError: the program is missing or failed.
    """
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-acl", f"--file={target}"], settings)


def load(settings: Settings, source: Path) -> None:
    """`pg_restore` into the run store's database, all of it or nothing.

    Raises:
        BackupError: the program is missing or failed.
    """
    dialect = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", str(source)]
    _run("pg_restore", dialect, settings)


def _run(tool: str, arguments: list[str], settings: Settings) -> None:
    program = shutil.which(tool)
    if program is None:
        raise BackupError(
            f"The runs are in PostgreSQL, and {tool} is not installed here.",
            fix="Install PostgreSQL's client programs (Debian: apt-get install postgresql-client).",
        )
    address, word = _address(settings.tracking_uri)
    env = os.environ | ({"PGPASSWORD": word} if word else {})  # not among the arguments, which anybody can list
    done = subprocess.run(
        [program, f"--dbname={address}", *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise BackupError(f"{tool} failed: {said}", fix="Is it of the server's version or newer?")


def _address(uri: str) -> tuple[str, str]:
    """(address without driver and password, password)."""
    from sqlalchemy.engine import make_url

    url = make_url(uri)
    bare = url.set(drivername="postgresql", password=None)
    return bare.render_as_string(hide_password=False), str(url.password or "")
