"""A training in numbers: few, and each with its meaning."""

from __future__ import annotations

import streamlit as st

from pages.common import format as fmt
from pages.common.curves import CurveBook
from pages.training.panels import plateau
from segcore.runs import Run
from segcore.runs.machine import CPU, JOB_MEMORY, MEMORY

MACHINE_KEYS = (CPU, MEMORY, JOB_MEMORY)
SAMPLES = 120
"""Of the machine's measures: ten minutes."""


def scores(run: Run, book: CurveBook) -> None:
    """How good it is, and how fast."""
    now, best = run.metrics, run.tags.get("segcore.best_miou")
    since = plateau(book.arrays("epoch/step")[0].tolist(), best_epoch(run))
    with st.grid(7, min_column_width=104):
        st.metric(
            "Best mIoU",
            fmt.score(float(best)) if best else "–",
            help="Mean overlap of prediction and truth on frames it never learned from, 1 is perfect.",
        )
        st.metric("Best epoch", run.tags.get("segcore.best_epoch", "–"))
        st.metric(
            "Since the best",
            "–" if since is None else fmt.plural(since, "epoch"),
            help="Epochs without a new best. Scores often rise once more near the end, when the learning rate falls.",
        )
        st.metric("Loss", f"{now['step/loss']:.3f}" if "step/loss" in now else "–")
        st.metric("Learning rate", f"{now['step/lr']:.1e}" if "step/lr" in now else "–")
        st.metric("Images a second", f"{now['step/images_per_s']:.1f}" if "step/images_per_s" in now else "–")
        st.metric("One step", _step_time(now), help=_step_split(now))


def best_epoch(run: Run) -> int | None:
    """The epoch whose weights are kept, from 1."""
    told = run.tags.get("segcore.best_epoch", "")
    return int(told) if told.isdigit() else None


def machine(run: Run, book: CurveBook) -> None:
    """How busy the machine is: the newest value and the last ten minutes of each measure."""
    cards = card_keys(run)
    book.update((*MACHINE_KEYS, *cards), fresh_s=4.0)
    measures = [
        ("Processor", CPU, "%", "Of all cores of the machine, whoever uses them."),
        ("Memory", MEMORY, "%", "Of the whole machine."),
        ("Memory of this training", JOB_MEMORY, "MB", "What its processes hold."),
        *((title, key, "%", None) for key, title in cards.items()),
    ]
    with st.grid(4, min_column_width=190):
        for title, key, unit, help_ in measures:
            values = book.arrays(key)[1][-SAMPLES:].tolist()
            if values:
                shown = fmt.size(values[-1] * 1e6) if unit == "MB" else f"{values[-1]:.0f} %"
                st.metric(title, shown, help=help_, chart_data=values, chart_type="area", border=True)


def card_keys(run: Run) -> dict[str, str]:
    """The measures of graphics cards that a run has: metric → words."""
    found = {}
    for key in sorted(run.metrics):
        if key.startswith("system/gpu_") and key.endswith("_percentage") and "power" not in key:
            number = key.removeprefix("system/gpu_").partition("_")[0]
            found[key] = f"Memory of GPU {number}" if "memory" in key else f"GPU {number}"
    return found


def _step_time(now: dict[str, float]) -> str:
    return f"{now['step/seconds'] * 1000:.0f} ms" if "step/seconds" in now else "–"


def _step_split(now: dict[str, float]) -> str | None:
    """ "12 ms waiting for images, 228 ms in the network"."""
    seconds, share = now.get("step/seconds"), now.get("step/input_share")
    if seconds is None or share is None:
        return None
    waiting = seconds * share * 1000
    return (
        f"{waiting:.0f} ms waiting for images ({fmt.share(share)}), {seconds * 1000 - waiting:.0f} ms in the network."
    )
