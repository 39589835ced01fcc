"""Segment: the settings become one run a video, and the engine is handed them in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError

from pages.common import cached, state
from pages.common.routes import VIDEO, go
from pages.common.widgets import md, problem
from segcore.batches.making import create_batch, create_run
from segcore.errors import SegcoreError
from segcore.runs import Run, RunState
from segcore.video.config import SegmentConfig


def segment(model: Run, settings: Mapping[Path, Mapping[str, Any]]) -> None:
    """Make the run or the batch, once however often one clicks, and go to its page.

    Args:
        model: the training whose network is used.
        settings: of `SegmentConfig`, but for the video and the run, of one video or more.
    """
    token = state.segment_token()
    try:
        configs = [SegmentConfig(video=video, run=model.id, **given) for video, given in settings.items()]
        if len(configs) == 1:
            run = create_run(cached.runs(), configs[0], key=token)
            _submit(run)
            params = {"run": run.id}
        else:
            _batch(configs, token)
            params = {"batch": token}
    except ValidationError as error:
        st.error(md("; ".join(str(e["msg"]) for e in error.errors())), icon=":material/error:")
        return
    except SegcoreError as error:
        problem(error, "The video could not be segmented")
        return
    go(VIDEO, **params)


def _batch(configs: Sequence[SegmentConfig], token: str) -> None:
    bar = st.progress(0.0, text="Putting the videos into the queue")

    def queue(run: Run, done: int) -> None:
        _submit(run)
        bar.progress(done / len(configs), text=f"Putting the videos into the queue · {done} of {len(configs)}")

    create_batch(cached.runs(), configs, token, queue)


def _submit(run: Run) -> None:
    """A second click finds runs that are at work or done already."""
    if run.state is RunState.QUEUED:
        cached.engine().submit(run.id)
