"""`segcore evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.scores import score_table
from segcore.errors import ConfigError
from segcore.runs.store import RunStore
from segcore.settings import Settings


def evaluate(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    dataset: Annotated[str | None, typer.Option(help="A dataset; that of the run where none is named.")] = None,
    split: Annotated[str, typer.Option(help="train, val or all.")] = "val",
    images: Annotated[Path | None, typer.Option(help="A folder of images, with --masks.")] = None,
    masks: Annotated[Path | None, typer.Option(help="A folder of masks of the same stems.")] = None,
    backend: Annotated[str, typer.Option(help="auto, openvino or tensorflow.")] = "auto",
    as_json: JsonFlag = False,
) -> None:
    """Score a run's best weights on labelled frames, at the masks' own resolution."""
    from segcore.evaluation.evaluate import evaluate_pairs, folder_pairs
    from segcore.inference.load import load_predictor

    if (images is None) != (masks is None):
        raise ConfigError("--images and --masks belong together.", fix="Give both, or a dataset.")
    if split not in ("train", "val", "all"):
        raise ConfigError(f"Unknown split {split!r}.", fix="Choose train, val or all.")
    store = RunStore(Settings.from_env())
    found = store.get(run)
    predictor = load_predictor(store, found.id, backend=backend)  # type: ignore[arg-type]
    if images and masks:
        with folder_pairs(images, masks) as pairs:
            result = evaluate_pairs(predictor, pairs)
    else:
        from segcore.datasets.store import DatasetStore

        opened = DatasetStore(store.settings).open(dataset or str(found.dataset))
        result = evaluate_pairs(predictor, opened.part(split))  # type: ignore[arg-type]
    data = result.as_json()
    emit(data, as_json=as_json, text=score_table(result))
