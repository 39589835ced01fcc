"""Runs of video jobs: one, or one a video."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.batches.batch import BATCH, LENGTH, PLACE
from segcore.errors import RunError, VideoError
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore

if TYPE_CHECKING:
    from segcore.video.config import SegmentConfig


def create_run(
    store: RunStore,
    config: SegmentConfig,
    *,
    name: str | None = None,
    key: str | None = None,
    params: dict[str, str] | None = None,
) -> Run:
    """A queued run of a video job; its parent is the training run.

    Args:
        store: where it is made.
        config: of the job; `run` may be the training run's name.
        name, key: as in `RunStore.create`.
        params: shown beside those that every video run has.
    """
    parent = store.get(config.run)
    settled = config.model_copy(update={"run": parent.id})
    return store.create(
        "segment",
        config=settled.model_dump(mode="json"),
        name=name,
        dataset=parent.dataset,
        parent=parent.id,
        key=key,
        params={"video": video_name(config.video), "style": config.style, "run": parent.name} | (params or {}),
    )


def create_batch(
    store: RunStore,
    configs: Sequence[SegmentConfig],
    batch_id: str,
    on_made: Callable[[Run, int], None] = lambda _run, _done: None,
) -> list[Run]:
    """Queued runs, one a video, named after their videos and marked as one batch.

    A second call with the same id gives the same runs and makes what is missing.

    Args:
        store: where they are made.
        configs: one a video, in the order in which they shall run.
        batch_id: letters and digits.
        on_made: called with each run when it is there, and how many there are; a run may be submitted then.
    """
    runs = []
    for place, config in enumerate(configs, 1):
        length = seconds_of(config)
        known = {LENGTH: f"{length:.3f}"} if length is not None else {}
        run = create_run(
            store,
            config,
            name=_run_name(config.video),
            key=f"{batch_id}-{place}",
            params={BATCH: batch_id, PLACE: str(place)} | known,
        )
        runs.append(run)
        on_made(run, place)
    return runs


def try_again(store: RunStore, run: Run) -> Run:
    """A new run of a batch's video that brought no result, with the same settings and in the same place.

    A second call for the same run gives the same new run.

    Raises:
        RunError: it is at work or has a result.
    """
    from segcore.video.config import SegmentConfig

    if run.state.active or run.state is RunState.FINISHED:
        raise RunError(f"{run.name} is {run.state}.", fix="Only what ended without a result can be tried again.")
    config = SegmentConfig.model_validate(store.config(run.id))
    kept = {name: run.params[name] for name in (BATCH, PLACE, LENGTH) if name in run.params}
    return create_run(store, config, name=_run_name(config.video), key=f"again-{run.id}", params=kept)


def goes_on(store: RunStore, run: Run) -> bool:
    """Whether a try goes on with this very run, because chunks of it are finished; else `try_again` begins anew.

    A run that failed although it went on already once is begun anew: perhaps its video changed.
    """
    hopeful = run.state is RunState.INTERRUPTED or run.attempt == 1
    return hopeful and store.resumable(run) and any(store.work(run.id).glob("chunk-*"))


def seconds_of(config: SegmentConfig) -> float | None:
    """Seconds of video that a job will segment, by the header; None where that cannot be read."""
    from segcore.video.source import source_info

    try:
        whole = source_info(config.video, config.fps).duration_s
    except VideoError:
        return None  # its run will fail and say why
    end = whole if config.end_s is None else min(whole, config.end_s)
    return max(0.0, end - config.start_s)


def video_name(path: Path) -> str:
    """A video's file name; of an upload, without the letters that keep equal names apart."""
    return without_marks(path.name) if path.parent.name == "uploads" else path.name


def without_marks(text: str) -> str:
    """A name or a sentence without the letters that uploads carry before their names ("1a2b3c4d-clip.mp4")."""
    return re.sub(r"(?<![\w-])[0-9a-f]{8}-(?=[\w.-]*\.\w)", "", text)


def complaint(name: str, text: str) -> str:
    """ "clip.mp4: it holds no frames", with the video's name once."""
    plain = without_marks(text)
    return plain if plain.startswith(name) else f"{name}: {plain}"


def _run_name(path: Path) -> str:
    """A run's name after its video."""
    stem = Path(video_name(path)).stem
    return re.sub(r'["%\\/\x00-\x1f]+', "-", stem).strip()[:80] or "video"
