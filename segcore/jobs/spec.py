"""What is sent to a Dask worker, and how a job's command is spelt."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from segcore.runs.records import ProcessMark, Run

LOG_FILE = "job.log"


class JobSpec(BaseModel):
    """A job as a worker gets it.

    `args` follow the worker's own Python. `environment` says which installation the run belongs to; where
    `pinned` it wins over the worker's own variables (an embedded worker), else theirs win (a cluster, where
    SEGCORE_HOME may be another path). `log` is the local path of job.log, None for a remote artifact store.
    `gpus` of the machine are shared among the `slots` for jobs. `living` is the process of a job that runs
    already: it is watched, not started.
    """

    model_config = ConfigDict(frozen=True)

    run_id: str
    attempt: int
    args: tuple[str, ...]
    environment: dict[str, str]
    pinned: bool
    log: str | None = None
    gpus: int = 0
    slots: int = 1
    living: ProcessMark | None = None


def job_command(run: Run) -> tuple[str, ...]:
    """The command of a run's job, without the Python in front: `-m segcore train --run ID`."""
    return ("-m", "segcore", run.kind, "--run", run.id)


def task_key(run: Run) -> str:
    """The name of the run's task in Dask: one for each attempt, so that none is placed twice."""
    return f"segcore-{run.id}-{run.attempt}"
