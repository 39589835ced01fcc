"""Who draws samples for the pages: a process of its own, so that TensorFlow stays out of the dashboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from typing import Any

from segcore.errors import DatasetError, JobError
from segcore.pipeline.config import Sampling, Transform
from segcore.pipeline.samples import Samples
from segcore.settings import Settings

IDLE_S = 300.0
"""The process ends when nothing was asked for so long: what it takes (0.8 GB) is worth more to a training."""
PATIENCE_S = 180.0
"""An answer takes about a second, the first one as long as it takes to open TensorFlow."""


class Drawer:
    """Draws samples in a process that the first question starts; safe to use from several threads.

    Args:
        settings: of the installation whose datasets are drawn from.
        idle_s, patience_s: see `IDLE_S` and `PATIENCE_S`.
    """

    def __init__(self, settings: Settings, *, idle_s: float = IDLE_S, patience_s: float = PATIENCE_S) -> None:
        self._settings, self._idle_s, self._patience_s = settings, idle_s, patience_s
        self._one_at_a_time = threading.Lock()
        self._process: _Process | None = None
        self._rest = threading.Timer(0, self.close)

    @property
    def alive(self) -> bool:
        """Whether the process is there at the moment."""
        return self._process is not None and self._process.alive

    def samples(self, dataset: str, settings: Sampling, count: int, start: int = 0) -> Samples:
        """As `drawing.draw_samples`.

        Raises:
            DatasetError: the dataset or one of its frames cannot be read.
            JobError: there was no answer.
        """
        return self._ask("samples", dataset, settings, count=count, start=start)

    def alone(self, dataset: str, settings: Sampling, stem: str, transform: Transform, count: int = 4) -> Samples:
        """As `drawing.draw_alone`.

        Raises:
            DatasetError, JobError: as `samples`.
        """
        return self._ask("alone", dataset, settings, stem=stem, transform=transform, count=count)

    def close(self) -> None:
        """End the process; the next question starts another one."""
        with self._one_at_a_time:
            self._end()

    def _ask(self, draw: str, dataset: str, settings: Sampling, **wanted: Any) -> Samples:
        asked = {"draw": draw, "dataset": dataset, "settings": settings.model_dump(mode="json"), "wanted": wanted}
        with self._one_at_a_time:
            self._rest.cancel()
            if self._process is None or not self._process.alive:
                self._end()
                self._process = _Process(self._settings)
            try:
                return self._process.answer(asked, self._patience_s)
            except DatasetError:
                raise
            except BaseException:  # half an answer may be on its way: nobody may take it for the next one
                self._end()
                raise
            finally:
                self._rest = threading.Timer(self._idle_s, self.close)
                self._rest.daemon = True
                self._rest.start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


class _Process:
    """One `drawer_child` from its start to its end."""

    def __init__(self, settings: Settings) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._process = subprocess.Popen(
            [sys.executable, "-m", "segcore.pipeline.drawer_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env=os.environ | settings.environment(),
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, asked: dict[str, Any], patience_s: float) -> Samples:
        """The samples that were asked for.

        Raises:
            DatasetError: there are none, and why.
            JobError: the process has ended, or was ended because it took longer than `patience_s`.
        """
        began, patience = time.monotonic(), threading.Timer(patience_s, self._process.kill)
        patience.start()
        try:
            self._questions.write(json.dumps(asked).encode() + b"\n")
            self._questions.flush()
            header = json.loads(self._answers.readline())
            if "error" not in header:
                return Samples.read(header, self._answers)
        except (OSError, ValueError, EOFError) as error:
            raise self._why(time.monotonic() - began, patience_s) from error
        finally:
            patience.cancel()
        raise DatasetError(header["error"], fix=header["fix"])

    def _why(self, took_s: float, patience_s: float) -> JobError:
        """Why there was no answer: by the time it took, by how the process ended, by its last words."""
        again = "Is the machine very busy, or short of memory? Try again."
        if took_s >= patience_s:
            return JobError(f"No samples were drawn within {patience_s:g} seconds.", fix=again)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        code = self._process.poll()
        self._words.seek(0)
        words = self._words.read().decode(errors="replace").strip().splitlines()
        if code == 1 and words:
            return JobError(f"The process that draws samples failed: {words[-1]}.")
        ended = f"signal {-code}" if code and code < 0 else f"exit code {code}"
        return JobError(f"The process that draws samples has ended ({ended}).", fix=again)

    def end(self) -> None:
        """Whatever it is at."""
        self._process.kill()
        self._process.wait()
        for stream in (self._questions, self._answers, self._words):
            with suppress(OSError):  # a question that was not taken any more
                stream.close()
