"""Runs on a Dask worker: starts a job's process, waits for it, and has the last word if it had none.

No TensorFlow here, and no MLflow before the job has ended. The job has a session of its own: it lives on
when the worker, the engine or the dashboard dies.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psutil

from segcore.jobs.spec import LOG_FILE, JobSpec
from segcore.processes import this_host
from segcore.runs.liveness import process_of
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings

PROCESSES: dict[str, psutil.Process] = {}
"""Run id → the process of its job, for as long as this worker waits for it."""

if sys.platform == "win32":
    LOW_PRIORITY = psutil.BELOW_NORMAL_PRIORITY_CLASS
else:
    LOW_PRIORITY = 10
"""Of jobs: a page is opened at once beside them, and they take what nobody else wants."""

_KILL_AFTER_S = 5.0
_STORE_PATIENCE_S = 60.0


def run_job(spec: JobSpec) -> str:
    """Do a job to its end, or watch one that runs already; returns the run's final state."""
    environment = job_environment(spec, os.environ, worker_name())
    store = RunStore(Settings.from_env(environment))
    if spec.living is not None:
        return _watch(spec, store)
    with open_log(spec) as log:
        process = start(spec, environment, log)
        PROCESSES[spec.run_id] = psutil.Process(process.pid)
        try:
            code = process.wait()
        finally:
            PROCESSES.pop(spec.run_id, None)
        state = conclude(spec, store, process.pid, code, Path(log.name))
    run = store.peek(spec.run_id)
    if run and run.state is RunState.RUNNING and run.process and run.process.pid != process.pid:
        # its worker had died and this one was given the job again, but the job lives: its slot is taken
        return _watch(spec.model_copy(update={"living": run.process}), store)
    return state


def end_job(run_id: str) -> bool:
    """End a job's process: politely first, by force after 5 seconds. False: it is not here."""
    process = PROCESSES.get(run_id)
    if process is None:
        return False
    threading.Thread(target=end_process, args=(process,), daemon=True).start()
    return True


def end_process(process: psutil.Process) -> None:
    """SIGTERM to a process and all below it, SIGKILL to those that are left after 5 seconds."""
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        _quietly(member.terminate)
    for member in psutil.wait_procs(family, timeout=_KILL_AFTER_S)[1]:
        _quietly(member.kill)


def job_environment(spec: JobSpec, own: Mapping[str, str], worker_name: str) -> dict[str, str]:
    """The variables of a job's process; on a machine with GPUs each worker uses its share of them."""
    mixed = {**own, **spec.environment} if spec.pinned else {**spec.environment, **own}
    mixed["PYTHONUNBUFFERED"] = "1"
    if spec.gpus and worker_name.isdigit() and "CUDA_VISIBLE_DEVICES" not in own:
        mixed["CUDA_VISIBLE_DEVICES"] = ",".join(map(str, gpus_of(int(worker_name), spec.slots, spec.gpus)))
    return mixed


def gpus_of(worker: int, slots: int, gpus: int) -> list[int]:
    """The GPUs of a worker: all of them where it is the only one, else every so-many-th; one at least."""
    return list(range(worker % slots, gpus, slots)) or [worker % gpus]


def conclude(spec: JobSpec, store: RunStore, pid: int, code: int, log: Path) -> str:
    """After the process has ended: store its log, and give the run a final state if the job could not."""
    deadline = time.monotonic() + _STORE_PATIENCE_S
    while True:
        try:
            state = _judge(spec, store, pid, code, log)
            if spec.log is None and log.exists():
                store.put_file(spec.run_id, LOG_FILE, log)
                log.unlink()
            return state
        except Exception as error:  # a locked or unreachable store: the heartbeat's silence tells in the end
            print(f"segcore: run {spec.run_id}: the store does not answer: {error}", file=sys.stderr)
            if time.monotonic() > deadline:
                raise
            time.sleep(1.0)


def _judge(spec: JobSpec, store: RunStore, pid: int, code: int, log: Path) -> str:
    text = log.read_text("utf-8", errors="replace") if log.exists() else ""
    with store.judging():  # a page that finds the process gone knows less than we do: ours is the last word
        run = store.peek(spec.run_id)
        if run is None:
            return "deleted"
        another = run.process is not None and run.process.pid != pid  # ours was refused; reading judges the other one
        silent_end = run.state.active or run.state is RunState.INTERRUPTED
        if another or not silent_end or run.attempt != spec.attempt:  # resumed already: the next attempt speaks
            return run.state.value
        state, reason = words(run, code, last_line(text))
        store.set_state(spec.run_id, state, reason)
    return state.value


def words(run: Run, code: int, last: str) -> tuple[RunState, str]:
    """The state and the reason, in words, of a job that ended without a final state.

    Args:
        run: as it was left.
        code: the exit code; negative for a signal (POSIX).
        last: the last line of its log.
    """
    if run.request == "cancel":
        return RunState.CANCELLED, "Cancelled; it did not end by itself, so its process was ended."
    if code == -signal.SIGTERM:
        return (
            RunState.INTERRUPTED,
            "Its process was asked to end (signal 15), perhaps by a shutdown.",
        )
    if code < 0:
        memory = "often out of memory; a smaller batch size, crop or frame size needs less"
        cause = {9: memory, 11: "a crash in native code", 6: "a crash in native code, or out of memory"}.get(-code, "")
        return RunState.INTERRUPTED, f"Killed (signal {-code})" + (f": {cause}." if cause else ".")
    return RunState.FAILED, last or f"Its process ended with exit code {code} and no word."


def last_line(text: str) -> str:
    """The last line of a log that says something."""
    lines = [line.strip() for line in text[-20_000:].splitlines()]
    return next((line for line in reversed(lines) if line and not line.startswith("$ ")), "")[:500]


def _watch(spec: JobSpec, store: RunStore) -> str:
    """Hold the slot of a job that another engine started, until it ends."""
    assert spec.living is not None
    process = process_of(spec.living)
    if process is not None:
        PROCESSES[spec.run_id] = process
        try:
            process.wait()
        finally:
            PROCESSES.pop(spec.run_id, None)
    elif spec.living.host != this_host():
        while store.get(spec.run_id).state is RunState.RUNNING:
            time.sleep(5.0)
    return store.get(spec.run_id).state.value  # reading it judges it


def worker_name() -> str:
    """The name of the Dask worker this runs on; empty outside of one."""
    from distributed import get_worker

    try:
        return str(get_worker().name)
    except ValueError:
        return ""


def open_log(spec: JobSpec) -> IO[bytes]:
    """Where a job's process writes what it prints."""
    if spec.log is None:
        return tempfile.NamedTemporaryFile(prefix="segcore-job-", suffix=".log", delete=False)
    path = Path(spec.log)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def start(spec: JobSpec, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a job's process, in a session of its own, and let whoever opens a page go before it."""
    command = [sys.executable, *spec.args]
    log.write(f"$ {' '.join(command)}\n".encode())
    log.flush()
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP  # no Ctrl-C of the dashboard's console
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        creationflags=flags,
    )
    _quietly(lambda: psutil.Process(process.pid).nice(LOW_PRIORITY))
    return process


def _quietly(act: object) -> None:
    try:
        if callable(act):
            act()
    except psutil.Error:
        return  # it is gone already
