"""`python -m segcore.jobs.cluster`: the embedded engine, in a process of its own.

Dask starts workers by spawning, and a spawned process runs the main script of its parent again. In a
Streamlit server the main script is the app, so the cluster must not be started there. This process ends
when its stdin closes: with the dashboard, however that ends.
"""

from __future__ import annotations

import json
import logging
import os
import sys

import psutil


def serve(options: dict[str, object]) -> None:
    """Start scheduler and workers on the loopback interface, say where on stdout, stay until stdin closes.

    Args:
        options: `slots` (int), `resources` (name → amount a worker) and `folder` (scratch space).
    """
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w")  # a copy that workers do not inherit
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=options["slots"],
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        resources=options["resources"],
        memory_limit=0,
        local_directory=options["folder"],
        silence_logs=logging.ERROR,
    )
    print(json.dumps({"address": cluster.scheduler_address}), file=answer, flush=True)
    sys.stdin.read()
    for child in psutil.Process().children():  # the workers; their jobs have sessions of their own
        child.kill()
    os._exit(0)


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
