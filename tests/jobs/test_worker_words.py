"""What a worker decides without any process: words, environment, resources."""

from __future__ import annotations

import pytest

from segcore.jobs.info import WorkerInfo, note_for, resources_for, workers_from
from segcore.jobs.spec import JobSpec, job_command, task_key
from segcore.jobs.worker import gpus_of, job_environment, last_line, words
from segcore.runs.records import Run, RunState


def _run(**changes) -> Run:
    blank = {"dataset": None, "created": None, "started": None, "ended": None, "reason": ""}
    return Run(**{"id": "a" * 32, "name": "r", "kind": "train", "state": RunState.RUNNING, **blank, **changes})


@pytest.mark.parametrize(
    ("code", "state", "part"),
    [
        (
            -9,
            RunState.INTERRUPTED,
            "Killed (signal 9): often out of memory; a smaller batch size, crop or frame size needs less.",
        ),
        (-11, RunState.INTERRUPTED, "crash in native code"),
        (-15, RunState.INTERRUPTED, "asked to end"),
        (-10, RunState.INTERRUPTED, "Killed (signal 10)."),
        (2, RunState.FAILED, "no such preset"),
        (0, RunState.FAILED, "no such preset"),
    ],
)
def test_words_for_an_end(code: int, state: RunState, part: str) -> None:
    ruled, reason = words(_run(), code, "no such preset")
    assert ruled is state
    assert part in reason


def test_words_without_a_log_and_after_a_cancel() -> None:
    assert words(_run(), 3, "")[1] == "Its process ended with exit code 3 and no word."
    assert words(_run(request="cancel"), -9, "")[0] is RunState.CANCELLED


def test_last_line_skips_blank_lines_and_the_command() -> None:
    assert last_line("$ python\nfirst\n second \n\n") == "second"
    assert last_line("$ python -m segcore\n") == ""


def test_environment_of_an_embedded_and_of_a_cluster_worker() -> None:
    spec = JobSpec(run_id="r", attempt=1, args=(), environment={"SEGCORE_HOME": "/a"}, pinned=True, gpus=2, slots=2)
    own = {"SEGCORE_HOME": "/b"}
    assert job_environment(spec, own, "3") == {
        "SEGCORE_HOME": "/a",
        "PYTHONUNBUFFERED": "1",
        "CUDA_VISIBLE_DEVICES": "1",
    }
    free = spec.model_copy(update={"pinned": False, "gpus": 0})
    assert job_environment(free, own, "3")["SEGCORE_HOME"] == "/b"
    chosen = job_environment(spec, {"CUDA_VISIBLE_DEVICES": "7"}, "3")
    assert chosen["CUDA_VISIBLE_DEVICES"] == "7"


def test_workers_share_the_gpus_and_a_single_one_has_all() -> None:
    assert gpus_of(0, 1, 4) == [0, 1, 2, 3]
    assert [gpus_of(worker, 2, 4) for worker in range(2)] == [[0, 2], [1, 3]]
    assert [gpus_of(worker, 3, 2) for worker in range(3)] == [[0], [1], [0]]


def test_workers_and_what_a_job_asks_for() -> None:
    identity = {"workers": {"tcp://h:1": {"name": 0, "resources": {"SLOT": 1.0}, "metrics": {"memory": 5}}}}
    (worker,) = workers_from(identity, {"tcp://h:1": ["key"]})
    assert worker == WorkerInfo("0", "tcp://h:1", 1, 0, True, 5)
    gpu = WorkerInfo("1", "tcp://h:2", 1, 1, False, 5)
    assert resources_for((worker,)) == {"SLOT": 1}
    assert resources_for((worker, gpu)) == {"GPU": 1}
    assert note_for((worker,)) == ""
    assert "No worker is connected" in note_for(())
    assert "offers a slot" in note_for((WorkerInfo("2", "a", 0, 0, False, 0),))


def test_command_and_key() -> None:
    run = _run(tags={"segcore.attempt": "2"})
    assert job_command(run) == ("-m", "segcore", "train", "--run", "a" * 32)
    assert task_key(run) == f"segcore-{'a' * 32}-2"
