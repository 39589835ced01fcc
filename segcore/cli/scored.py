"""Which frames of a dataset a run is scored on, and the report that is kept with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

from segcore.access import Action, require
from segcore.datasets.dataset import Dataset, Pair, Part
from segcore.datasets.store import DatasetStore
from segcore.errors import ConfigError, DatasetError
from segcore.evaluation.averaging import Views, averaged
from segcore.evaluation.report import Report, Subject
from segcore.evaluation.scoring import check_classes, write_report
from segcore.inference.network import TrainedNetwork
from segcore.runs.records import Run
from segcore.runs.store import RunStore

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer

SPLIT_FILE = "split.json"


def checked_part(split: str) -> Part:
    """The name of a part of a dataset.

    Raises:
        ConfigError: it is none.
    """
    parts: tuple[Part, ...] = get_args(Part)
    for part in parts:
        if part == split:
            return part
    raise ConfigError(f"Unknown split {split!r}.", fix="Choose train, val or all.")


def views_of(scales: str, flip: bool) -> Views:
    """The views that `--scales` and `--flip` ask for.

    Raises:
        ConfigError: not numbers, or out of range.
    """
    try:
        return Views(tuple(float(text) for text in scales.split(",")), flip)
    except ValueError as error:
        raise ConfigError(f"Expected scales as 0.75,1,1.25. Received: {scales!r}.") from error


def frames_of(store: RunStore, run: Run, dataset: Dataset, part: Part) -> tuple[Pair, ...]:
    """The frames of a part as the training had it, even if the dataset was split anew since.

    Raises:
        DatasetError: none of them is there any more.
    """
    if part == "all" or dataset.name != run.dataset or not store.has_file(run.id, SPLIT_FILE):
        return dataset.part(part)
    wanted = set(json.loads(store.file(run.id, SPLIT_FILE).read_text("utf-8"))[part])
    pairs = tuple(pair for pair in dataset.pairs if pair.stem in wanted)
    if not pairs:
        raise DatasetError(
            f"None of the {len(wanted)} frames of {run.name} is in dataset {dataset.name!r} any more.",
            fix="Choose the split “all”, or train again on the dataset as it is now.",
        )
    return pairs


def checked_dataset(store: RunStore, run: Run, name: str) -> Dataset:
    """A dataset that the run's network can be scored on.

    Raises:
        DatasetError: it is gone, or has other classes.
    """
    dataset = DatasetStore(store.settings).open(name)
    check_classes(TrainedNetwork.of_run(store, run.id).spec.classes, dataset.classes, dataset.name)
    return dataset


def network_of(store: RunStore, run: Run, backend: str, views: Views) -> Scorer:
    """The run's network, ready to score frames.

    Raises:
        RunError, WeightsError: it has no network (yet), or not the one that was written.
        BackendError, ConfigError: the backend cannot be used here, or there is none of this name.
    """
    return averaged(TrainedNetwork.of_run(store, run.id), store.settings.home, views, backend=backend)  # type: ignore[arg-type]


def report_in_run(
    store: RunStore,
    run: Run,
    part: Part,
    *,
    backend: str = "auto",
    views: Views | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Score a run on its own dataset and keep the report with it.

    Raises:
        SegcoreError: as `checked_dataset` and `network_of`.
    """
    views = views or Views()
    dataset = checked_dataset(store, run, str(run.dataset))
    pairs = frames_of(store, run, dataset, part)
    predictor = network_of(store, run, backend, views)
    subject = Subject(
        run=run.id,
        name=run.name,
        dataset=dataset.name,
        dataset_hash=dataset.content_hash,
        split=part,
        weights=TrainedNetwork.of_run(store, run.id).sha256,
        backend=predictor.backend,
        flip=views.flip,
        scales=views.scales,
    )
    require(Action.START)
    return write_report(predictor, pairs, subject, lambda name, data: store.put_file(run.id, name, data), on_progress)
