"""Which way computes a network fastest here: tried on frames of the video, at first use, and remembered.

Ways take turns, so that a machine that is busy for a moment is busy for all. A way counts only if its labels are those
of full precision, but for one pixel in a thousand; integers may differ in more, as what they lose was measured before.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import psutil
from pydantic import BaseModel, ConfigDict

from segcore.errors import BackendError, SegcoreError
from segcore.inference.compute import Compute, Precision, cores, has_gpu_node
from segcore.inference.predictor import Predictor

SECONDS = 10.0
"""What a trial may take, without opening and compiling."""

AGREEMENT: dict[Precision, float] = {"float32": 0.999, "bfloat16": 0.999, "int8": 0.98}
"""Share of the pixels that must have the label that the first way gives them. What a network in 8 bits loses was
measured on labelled frames (`int8.Int8Record`); here it shows whether this video is of their kind."""

ROUNDS = 5

BUSY = 0.25
"""Where other programs take more than this share of the processor, a trial counts for the moment only."""


class Tried(BaseModel):
    """What came of one way.

    Attributes:
        ms: milliseconds a frame, the best round; None where it does not run here.
        agreement: share of the pixels labelled as the first way labels them.
        fault: why it does not run here.
    """

    model_config = ConfigDict(frozen=True)

    compute: Compute
    ms: float | None = None
    agreement: float | None = None
    fault: str = ""


class Trial(BaseModel):
    """What was tried, and what was chosen.

    Attributes:
        others: share of the processor that other programs took meanwhile, 0 to 1.
    """

    model_config = ConfigDict(frozen=True)

    chosen: Compute
    tried: tuple[Tried, ...]
    others: float = 0.0

    @property
    def quiet(self) -> bool:
        """Whether it may be remembered: a busy machine can make any way look slow."""
        return self.others <= BUSY

    @property
    def words(self) -> str:
        """For people, quickest first: "OpenVINO, bfloat16, 2 frames at once: 24 ms; …"."""
        ran = sorted((t for t in self.tried if t.ms is not None), key=lambda t: t.ms or 0)
        return "; ".join(f"{t.compute.words}: {t.ms:.0f} ms" for t in ran)


def ways(
    backend: str = "auto",
    precision: str = "auto",
    *,
    bfloat16: bool = False,
    int8: bool = False,
    every: bool = False,
) -> list[Compute]:
    """The ways that are worth a trial here; the first is the measure for the others.

    Args:
        backend: "openvino", "tensorflow" or "auto": OpenVINO; TensorFlow too where there is a GPU, or where it is open
            already (it takes seconds to open, and is slower on processors).
        precision: one of `Precision`, or "auto": float32 and what else there is.
        bfloat16: whether the processor multiplies bfloat16 itself.
        int8: whether the network is there in 8 bits, and good enough.
        every: TensorFlow in any case.
    """
    there = ("float32", *(["bfloat16"] if bfloat16 else []), *(["int8"] if int8 else []))
    precisions = there if precision == "auto" else (precision,)
    at_once = sorted({cores(), 1}, reverse=True)
    found: list[Compute] = []
    if backend != "tensorflow":
        found += [Compute(backend="openvino", precision=p, at_once=n) for p in precisions for n in at_once]  # type: ignore[arg-type]
    if backend == "tensorflow" or (backend == "auto" and (every or has_gpu_node() or "tensorflow" in sys.modules)):
        batches = (4, 16, 32) if has_gpu_node() else (1, 4)
        found += [Compute(backend="tensorflow", at_once=n) for n in batches]
    return found


def run_trial(
    ways: Sequence[Compute],
    make: Callable[[Compute], Predictor],
    frames: np.ndarray,
    *,
    seconds: float = SECONDS,
) -> Trial:
    """Try the ways and choose the quickest that agrees.

    Args:
        ways: at least one.
        make: a predictor that computes in this way; raises a SegcoreError where it cannot.
        frames: (N, h, w, 3) uint8 RGB at network resolution, of the video that will be labelled.
        seconds: after so many no new round begins.

    Raises:
        BackendError: none of them runs here.
    """
    ready, faults, answers = dict[Compute, Predictor](), dict[Compute, str](), dict[Compute, np.ndarray]()
    for way in ways:
        try:
            predictor = make(way)
            predictor.prepare(predictor.size_for(*frames.shape[1:3]))
            answers[way] = predictor.predict(frames)[0]
        except SegcoreError as error:
            faults[way] = str(error)
        else:
            ready[way] = predictor
    if not ready:
        raise BackendError(
            f"The network cannot be computed here: {'; '.join(faults.values())}", fix="See the System page."
        )
    before = _processor()
    best = _rounds(ready, frames, seconds)
    others = share_of_others(before, _processor())
    measure = answers[next(iter(ready))]
    agrees = {way: float((answer == measure).mean()) for way, answer in answers.items()}
    chosen = min((way for way in ready if agrees[way] >= AGREEMENT[way.precision]), key=best.__getitem__)
    tried = (
        Tried(compute=w, ms=round(best[w], 2), agreement=round(agrees[w], 6))
        if w in ready
        else Tried(compute=w, fault=faults[w])
        for w in ways
    )
    return Trial(chosen=chosen, tried=tuple(tried), others=round(others, 3))


def _rounds(ready: dict[Compute, Predictor], frames: np.ndarray, seconds: float) -> dict[Compute, float]:
    """Milliseconds a frame of each way, its best round."""
    best = dict.fromkeys(ready, float("inf"))
    begin = time.monotonic()
    for number in range(ROUNDS):
        for way, predictor in ready.items():
            if number and time.monotonic() - begin > seconds:
                return best
            enough = frames[np.arange(max(len(frames), 2 * predictor.parallel)) % len(frames)]
            start = time.perf_counter()
            for at in range(0, len(enough), predictor.parallel):
                predictor.predict(enough[at : at + predictor.parallel])
            best[way] = min(best[way], 1000 * (time.perf_counter() - start) / len(enough))
    return best


def share_of_others(before: tuple[float, float, float], after: tuple[float, float, float]) -> float:
    """Share of all cores that other programs took, 0 to 1.

    Args:
        before, after: of `_processor`.
    """
    busy, idle, own = (now - then for now, then in zip(after, before, strict=True))
    return max(0.0, busy - own) / max(1e-9, busy + idle)


def _processor() -> tuple[float, float, float]:
    """Seconds so far: of all cores busy, of all cores idle, of this process."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    mine = psutil.Process().cpu_times()
    return sum(times[:8]) - idle, idle, mine.user + mine.system
