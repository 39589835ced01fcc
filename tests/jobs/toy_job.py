"""A job for tests: `python toy_job.py MODE RUN_ID`; uses the writer as real jobs do, without TensorFlow."""

import os
import signal
import sys
import time

from segcore.errors import Cancelled
from segcore.runs import RunStore
from segcore.settings import Settings


def work(mode: str, run_id: str) -> None:
    """`quick` ends after 5 steps; `long` after a minute; `deaf` hears nothing; `fail` and `crash` do so."""
    store = RunStore(Settings.from_env())
    with store.writer(run_id) as writer:
        if mode == "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for step in range(5 if mode == "quick" else 600):
            writer.log({"step/loss": 1.0 / (step + 1)}, step)
            print(f"step {step}", flush=True)
            if mode == "fail" and step == 2:
                raise ValueError("the lens cap was on")
            if mode == "crash" and step == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            if mode != "deaf" and writer.asked() == "cancel":
                raise Cancelled("Cancelled by the user.")
            if mode != "deaf" and writer.asked() == "stop":
                writer.set_reason("Stopped early by the user.")
                return
            time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1] == "usage":
        print("usage: this preset does not exist", file=sys.stderr)
        sys.exit(2)
    work(sys.argv[1], sys.argv[2])
