"""Who helps with a video run: workers of the scheduler where there is one, else processes of this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from segcore.cli.video_run import COMPUTE_TAG, answers_of
from segcore.cli.video_settings import read_config
from segcore.errors import JobError, RunNotFound
from segcore.jobs.dask_crew import DaskCrew
from segcore.jobs.local_crew import LocalCrew
from segcore.runs.store import RunStore
from segcore.settings import Settings

COMMAND = "segment-part"


def crew_for(settings: Settings, run_id: str, workers: int) -> DaskCrew | LocalCrew | None:
    """All that help with a run; None where one worker does it alone.

    Args:
        settings: of this installation.
        run_id: of the video run.
        workers: how many make its chunks, this process among them.

    Raises:
        JobError: the scheduler does not answer.
    """
    if workers < 2:
        return None

    def command(task: str) -> tuple[str, ...]:
        return ("-m", "segcore", COMMAND, run_id, task)

    kind = DaskCrew if settings.scheduler else LocalCrew
    return kind(settings, command, workers - 1)


def segment_part(run: str, task: Annotated[str, typer.Argument(help="As JSON.")]) -> None:
    """Make some chunks of a video run that is at work elsewhere (what such a run starts on its helpers)."""
    from segcore.inference.compute import Compute
    from segcore.inference.load import predictor_of
    from segcore.inference.network import TrainedNetwork
    from segcore.video.spans.helping import help_with
    from segcore.video.spans.lease import Task
    from segcore.video.speed import SPEEDS

    store = RunStore(Settings.from_env())
    try:
        found = store.get(run)
    except RunNotFound as error:
        home = store.settings.home
        raise JobError(
            f"The installation in {home} does not have the run {run}.",
            fix="All workers need the same SEGCORE_HOME, on a shared disk.",
        ) from error
    config = read_config(store.config(found.id))
    network = TrainedNetwork.of_run(store, config.run).scaled(SPEEDS[config.speed].scale)
    compute = Compute.model_validate_json(found.tags[COMPUTE_TAG])
    help_with(
        config,
        Task.model_validate_json(task),
        lambda: predictor_of(compute, network, store.settings.home),
        store.work(found.id),
        answers_of(store.get(config.run), compute),
    )
