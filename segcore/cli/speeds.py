"""Measures what each speed of a video job costs and brings here: milliseconds a frame, and mIoU."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.cli.scored import checked_dataset, frames_of
from segcore.cli.video_network import network_for
from segcore.datasets.stages import Stages
from segcore.errors import DatasetError
from segcore.evaluation.evaluate import evaluate_pairs
from segcore.inference.network import TrainedNetwork
from segcore.knowledge.agreement import agreement
from segcore.knowledge.masks import MASKS_FILE, read_masks
from segcore.runs.store import RunStore
from segcore.temporary import passing
from segcore.video.config import SegmentConfig
from segcore.video.segment import SegmentResult, segment
from segcore.video.source import source_info
from segcore.video.speed import SPEEDS, Speed
from segcore.video.tradeoff import SpeedFigures, Tradeoff, write_tradeoff

if TYPE_CHECKING:
    from segcore.datasets.dataset import Pair
    from segcore.inference.predictor import Scorer
    from segcore.runs.records import Run

ROUNDS = 2
LOOKED_AT = 16
"""So many frames of two speeds are compared."""


def measure_speeds(store: RunStore, run: Run, video: Path, frames: int, on_progress: Stages) -> Tradeoff:
    """Segment the first frames of a video at each speed, in turns, and score the network as each speed uses it.

    Args:
        store: where the run is.
        run: a training.
        video: a file.
        frames: how many of its frames.
        on_progress: told (done, total) of each stage.

    Raises:
        RunError, WeightsError, BackendError, VideoError: as of a video job.
    """
    info = source_info(video)
    configs = {
        speed: SegmentConfig(video=video, run=run.id, speed=speed, end_s=frames / max(info.fps, 1e-3))
        for speed in SPEEDS
    }
    networks: dict[Speed, Scorer] = {}
    for done, (speed, config) in enumerate(configs.items()):
        on_progress.stage = "opening the network"
        on_progress(done, len(configs))
        networks[speed], _ = network_for(store, run.id, config)
    best, labels = _fastest(configs, networks, on_progress)
    pairs = _validation(store, run)
    made = Tradeoff(
        video=video.name,
        width=info.width,
        height=info.height,
        frames=next(iter(best.values())).frames,
        speeds={
            speed: SpeedFigures(
                ms=round(1000 * result.seconds / result.frames, 1),
                miou=round(evaluate_pairs(networks[speed], pairs, on_progress).miou, 4) if pairs else None,
                network_size=networks[speed].size_for(info.height, info.width),
                backend=networks[speed].backend,
                labelled=result.summary["frames_labelled"] / result.frames,
                alike=round(_alike(labels[speed], labels["standard"], len(networks[speed].classes)), 5),
            )
            for speed, result in best.items()
        },
    )
    write_tradeoff(store.settings.home, TrainedNetwork.of_run(store, run.id).sha256, made)
    return made


def _fastest(
    configs: dict[Speed, SegmentConfig], networks: dict[Speed, Scorer], on_progress: Stages
) -> tuple[dict[Speed, SegmentResult], dict[Speed, list[np.ndarray]]]:
    """The quickest job of each speed, and what it made of some frames, always the same ones."""
    best: dict[Speed, SegmentResult] = {}
    labels: dict[Speed, list[np.ndarray]] = {}
    on_progress.stage = "segmenting"
    for number in range(ROUNDS):
        for place, (speed, config) in enumerate(configs.items()):
            on_progress(number * len(configs) + place, ROUNDS * len(configs))
            with passing() as folder:
                result = segment(config, networks[speed], Path(folder))
                if speed not in labels:  # every round gives the same
                    looked_at = set(np.linspace(0, result.frames - 1, LOOKED_AT).round().astype(int).tolist())
                    labels[speed] = [mask.labels for mask in read_masks(Path(folder) / MASKS_FILE, looked_at)]
            if speed not in best or result.seconds < best[speed].seconds:
                best[speed] = result
    return best, labels


def _alike(labels: list[np.ndarray], others: list[np.ndarray], classes: int) -> float:
    pairs = zip(labels, others, strict=True)
    return float(np.mean([agreement(one, other, classes).pixels for one, other in pairs]))


def _validation(store: RunStore, run: Run) -> tuple[Pair, ...]:
    """The frames that the network is scored on; none where the dataset is gone or has other classes now."""
    try:
        return frames_of(store, run, checked_dataset(store, run, str(run.dataset)), "val")
    except DatasetError:
        return ()
