"""The whole loop as a team runs it: MLflow on a real PostgreSQL, jobs on a Dask scheduler over TLS; then a backup."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from certificates import make_certificates
from dask_cluster import dask_cluster
from postgres_server import PASSWORD, binaries, postgres_server

from segcore.backup import make_backup, restore
from segcore.errors import BackupError
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

pytestmark = pytest.mark.timeout(900)
TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Team:
    """What the loop left: its database (still there), its home, and what it printed."""

    database: str
    home: Path
    found: dict[str, Any]
    dask_log: str


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """The loop, done once."""
    pytest.importorskip("cryptography", reason="cryptography is not installed: certificates cannot be made")
    folder = tmp_path_factory.mktemp("team")
    pem = make_certificates(folder / "pem")
    with postgres_server() as database:
        env = {"SEGCORE_HOME": str(folder / "home"), "SEGCORE_TRACKING_URI": database, **pem.environment()}
        with dask_cluster(folder, env, "tls") as scheduler:
            paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
            done = subprocess.run(
                [sys.executable, TESTS / "operations" / "team_loop.py", folder],
                env=os.environ | env | {"SEGCORE_SCHEDULER": scheduler, "PYTHONPATH": paths},
                capture_output=True, text=True, timeout=850, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr[-3000:] + (folder / "dask.log").read_text()[-2000:]
            refused = not _lets_in(scheduler)
        found = json.loads(done.stdout.splitlines()[-1])
        assert found["scheduler"] == scheduler
        found["refused"] = refused
        yield Team(database, folder / "home", found, (folder / "dask.log").read_text())


def _lets_in(scheduler: str) -> bool:
    """Whether somebody without a certificate gets an answer."""
    import socket

    host, port = scheduler.removeprefix("tls://").split(":")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((host, int(port)), 5) as bare, context.wrap_socket(bare) as wrapped:
            wrapped.sendall(b"hello")
            return bool(wrapped.recv(1))
    except (ssl.SSLError, ConnectionError):
        return False


def test_dataset_training_video_and_result_on_postgresql_and_a_tls_scheduler(team: Team) -> None:
    import psycopg

    with psycopg.connect(team.database) as connection:
        rows = connection.execute("SELECT status, artifact_uri FROM runs").fetchall()
    assert team.found["scheduler"].startswith("tls://")
    assert team.found["refused"]
    assert not team.found["embedded"]
    assert (team.found["points"], team.found["frames"]) == (3, 10)
    assert team.found["overlay"] > 1000
    assert [status for status, _ in rows] == ["FINISHED", "FINISHED"]
    assert all(uri.startswith((team.home / "artifacts").as_uri()) for _, uri in rows)
    assert not (team.home / "mlflow.db").exists()
    logs = list(team.home.glob("artifacts/**/job.log"))
    assert len(logs) == 2
    assert not [log for log in [*(path.read_text() for path in logs), team.dask_log] if PASSWORD in log]


def test_the_doctor_finds_scheduler_and_worker_well(team: Team) -> None:
    assert team.found["checks"] == {"Job engine": "ok", "Workers": "ok"}


def test_a_backup_with_the_postgresql_database_is_restored_into_another(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")
    ours = _settings(team.home, team.database)
    store = RunStore(ours)
    store.create("train", config={}, name="waiting")
    made = make_backup(ours, tmp_path / "team.zip")
    with psycopg.connect(team.database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE other")
    # the password need not stand in the address
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    bare = team.database.replace(":not%2Fa%40secret", "").replace("/postgres", "/other")
    other = _settings(tmp_path / "home", bare)
    with pytest.raises(BackupError, match="There are runs in"):
        restore(_settings(tmp_path / "home", team.database), made.path)
    with pytest.raises(BackupError, match="postgresql database"):
        restore(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")}), made.path)
    done = restore(other, made.path)
    assert done.runs == 3
    back = RunStore(other)
    assert {run.name: run.state for run in back.list()}["waiting"] is RunState.INTERRUPTED
    folder = back.folder(team.found["trained"])
    assert folder is not None
    assert folder.is_relative_to(other.home)
    assert back.history(team.found["trained"], "step/loss") == store.history(team.found["trained"], "step/loss")


def _settings(home: Path, database: str) -> Settings:
    return Settings.from_env({"SEGCORE_HOME": str(home), "SEGCORE_TRACKING_URI": database})


def test_without_pg_dump_the_backup_says_what_is_missing(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="pg_dump is not installed"):
        make_backup(_settings(team.home, team.database), tmp_path / "team.zip")
    assert list(tmp_path.iterdir()) == []
