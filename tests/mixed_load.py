"""An installation whose parts can be killed one by one: dashboard, scheduler, worker, and the jobs themselves."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings

DASHBOARD = """
import json, os, sys, threading, time
from segcore.jobs import Engine
from segcore.jobs.spec import job_command
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

settings = Settings.from_env()
store = RunStore(settings)
toy = os.environ.get("TOY_JOB")
engine = Engine(store, settings, command=lambda run: (toy, run.name.split("-")[0], run.id) if toy else job_command(run))
engine.start()

def clicks():
    for line in sys.stdin:
        what, run = line.split()
        while True:
            try:
                getattr(engine, what)(run)
                break
            except Exception as error:
                print(json.dumps({"refused": str(error)}), flush=True)
                time.sleep(1)

threading.Thread(target=clicks, daemon=True).start()
while True:
    runs = {r.id: (r.state.value, len(store.history(r.id, "step/loss")), store.files(r.id)) for r in store.list()}
    print(json.dumps({"shown": runs}), flush=True)
    time.sleep(1)
"""
"""What a dashboard holds of jobs: an engine that is clicked at (a line "submit ID"), and pages that show every run."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """Scheduler, worker and dashboard, each a process; a context manager that leaves none behind.

    `external`: a scheduler and a worker of their own; else the dashboard's embedded engine. `toy`: a script that
    stands for every job; it is told the first word of its run's name.
    """

    home: Path
    external: bool = True
    toy: Path | None = None
    parts: dict[str, subprocess.Popen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._port, self._checked = free_port(), 0
        env = {"SEGCORE_HOME": str(self.home)}
        if self.external:
            env["SEGCORE_SCHEDULER"] = f"tcp://127.0.0.1:{self._port}"
        self.settings = Settings.from_env(env)
        own = {k: v for k, v in os.environ.items() if not k.startswith("SEGCORE_")}
        self._env = own | self.settings.environment() | ({"TOY_JOB": str(self.toy)} if self.toy else {})
        self.home.mkdir(parents=True, exist_ok=True)
        self.store = RunStore(self.settings)

    def __enter__(self) -> Installation:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self.parts):
            self.kill(name)
        for process in self.processes():
            process.kill()

    def start(self) -> None:
        """Start what is not there (any more), as the machine's supervisor would: a worker ends with its scheduler."""
        dask, local = [sys.executable, "-m", "dask"], ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
        commands = {
            "scheduler": [*dask, "scheduler", *local, "--port", str(self._port)],
            "worker": [
                *[*dask, "worker", f"127.0.0.1:{self._port}", *local],
                *["--no-nanny", "--nthreads", "1", "--resources", "SLOT=1", "--death-timeout", "60"],
            ],
            "dashboard": [sys.executable, "-c", DASHBOARD],
        }
        for name, command in commands.items():
            if name != "dashboard" and not self.external:
                continue
            if name not in self.parts or self.parts[name].poll() is not None:
                self.parts[name] = self._started(name, command)

    def _started(self, name: str, command: list[str]) -> subprocess.Popen:
        log = (self.home / f"{name}.log").open("ab")
        if name != "dashboard":
            return subprocess.Popen(command, stdout=log, stderr=log, env=self._env, cwd=self.home)
        self._told = (self.home / "shown.jsonl").open("ab")
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._told, stderr=log, env=self._env, cwd=Path(__file__).parents[1]
        )

    def kill(self, name: str) -> None:
        """SIGKILL to a part; "job": to any job that runs now."""
        if name == "job":
            for process in self.jobs():
                process.kill()
            return
        part = self.parts.pop(name, None)
        if part is not None:
            part.kill()
            part.wait()

    def click(self, what: str, run: Run) -> None:
        """Submit or resume a run as a page does."""
        stdin = self.parts["dashboard"].stdin
        assert stdin is not None
        stdin.write(f"{what} {run.id}\n".encode())
        stdin.flush()

    def processes(self) -> list[psutil.Process]:
        """All that belong to this installation and are no part of it: jobs, engines, workers, what they started."""
        known = {part.pid for part in self.parts.values()} | {os.getpid()}
        return [p for p in psutil.process_iter() if p.pid not in known and self._belongs(p)]

    def jobs(self) -> list[psutil.Process]:
        """The jobs that run now."""
        sign = str(self.toy) if self.toy else "--run"
        return [process for process in self.processes() if sign in _words(process)]

    def _belongs(self, process: psutil.Process) -> bool:
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            return alive and process.environ().get("SEGCORE_HOME") == str(self.home)
        except psutil.Error:
            return False

    def logs(self) -> dict[str, str]:
        """The end of what each part wrote on stderr."""
        return {file.stem: file.read_text("utf-8", "replace")[-3000:] for file in sorted(self.home.glob("*.log"))}

    def until_settled(self, limit_s: float) -> list[Run]:
        """Wait until nothing waits or runs any more; all runs then.

        Raises:
            AssertionError: after `limit_s` seconds something still does.
        """
        deadline = time.monotonic() + limit_s
        while active := self.store.list(states=(RunState.QUEUED, RunState.RUNNING)):
            assert time.monotonic() < deadline, [(r.name, r.state, r.tags.get("segcore.submitted")) for r in active]
            self.start()
            time.sleep(0.3)
        return self.store.list()

    def check_nothing_shown_is_lost(self) -> None:
        """Every point and file that a page has shown is there, and a run that was shown as finished still is."""
        for line in (self.home / "shown.jsonl").read_text().splitlines()[self._checked :]:
            self._checked += 1
            if line.endswith("}"):  # the dashboard was not killed while it wrote it
                check_shown(self.store, json.loads(line).get("shown", {}))


def check_shown(store: RunStore, shown: dict[str, tuple[str, int, list[str]]]) -> None:
    """What one look showed is still so.

    Raises:
        AssertionError: something is gone.
    """
    for run_id, (state, points, files) in shown.items():
        run = store.get(run_id)
        assert run.state is RunState.FINISHED or state != RunState.FINISHED, (run.name, state, run.state)
        assert len(store.history(run_id, "step/loss")) >= points, run.name
        passing = [f for f in files if f.endswith(("live.jpg", "job.log"))]
        gone = set(files) - set(store.files(run_id)) - set(passing)
        assert not gone, (run.name, gone)


def _words(process: psutil.Process) -> Iterable[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
