"""The whole loop as a team runs it: MLflow on a real PostgreSQL, jobs on a Dask scheduler over TLS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from certificates import make_certificates
from dask_cluster import dask_cluster
from postgres_server import PASSWORD, postgres_server

TESTS = Path(__file__).parents[1]


def test_dataset_training_video_and_result_on_postgresql_and_a_tls_scheduler(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason='psycopg is not installed: pip install -e ".[postgres]"')
    pem = make_certificates(tmp_path / "pem")
    home = tmp_path / "home"
    with postgres_server() as database:
        env = {"SEGCORE_HOME": str(home), "SEGCORE_TRACKING_URI": database, **pem.environment()}
        with dask_cluster(tmp_path, env, "tls") as scheduler:
            paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
            done = subprocess.run(
                [sys.executable, TESTS / "operations" / "team_loop.py", tmp_path],
                env=os.environ | env | {"SEGCORE_SCHEDULER": scheduler, "PYTHONPATH": paths},
                capture_output=True, text=True, timeout=240, check=False,
            )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:] + (tmp_path / "dask.log").read_text()[-2000:]
        found = json.loads(done.stdout.splitlines()[-1])
        with psycopg.connect(database) as connection:
            rows = connection.execute("SELECT status, artifact_uri FROM runs").fetchall()
    assert found["scheduler"] == scheduler
    assert scheduler.startswith("tls://")
    assert not found["embedded"]
    assert (found["points"], found["frames"]) == (3, 10)
    assert found["overlay"] > 1000
    assert [status for status, _ in rows] == ["FINISHED", "FINISHED"]
    assert all(uri.startswith((home / "artifacts").as_uri()) for _, uri in rows)
    assert not (home / "mlflow.db").exists()
    for log in home.glob("artifacts/**/job.log"):
        assert PASSWORD not in log.read_text()
