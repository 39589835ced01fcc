"""`segcore train` and `segcore evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.errors import ConfigError
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import PRESETS, TrainConfig, as_params, from_preset

if TYPE_CHECKING:
    from segcore.training.metrics import Evaluation
    from segcore.training.trainer import TrainResult


def train(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset; not with --resume.")] = "",
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}.")] = "balanced",
    minutes: Annotated[float | None, typer.Option(help="Minutes that the training may take.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs, instead of minutes or as a second limit.")] = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value, e.g. augment.rotation=10.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    resume: Annotated[str | None, typer.Option(help="Go on with this run from its last epoch.")] = None,
    run: Annotated[str | None, typer.Option(hidden=True, help="A queued run, as the engine starts it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Train a network on a dataset; the run keeps curves, best and last weights."""
    store = RunStore(Settings.from_env())
    given = run or resume
    if given:
        found = store.get(given)
        if found.kind != "train":
            raise ConfigError(f"{found.name} is not a training.", fix="Name a run of `segcore train`.")
        config, run_id = TrainConfig.model_validate(store.config(found.id)), found.id
        if resume:
            store.requeue(found.id)
    else:
        if not dataset:
            raise ConfigError("No dataset was named.", fix="See `segcore dataset list`.")
        changes = parse_changes(set_ or [])
        config = from_preset(dataset, preset, minutes=minutes, epochs=epochs, seed=seed, **changes)
        run_id = ""
    result, run_id = train_in_run(store, config, run_id, name, quiet=run is not None)
    best = {"miou": round(result.evaluation.miou, 6), "epoch": result.best_epoch}
    done = {
        "run": run_id,
        "name": store.get(run_id).name,
        "status": str(store.get(run_id).state),
        "epochs": result.epochs,
        "minutes": round(result.seconds / 60, 2),
        "best": best,
    }
    emit(done, as_json=as_json, text=_verdict(done, result.evaluation))


def train_in_run(
    store: RunStore, config: TrainConfig, run_id: str, name: str | None, *, quiet: bool
) -> tuple[TrainResult, str]:
    """Run a training in this process; returns its result and its run's id."""
    from segcore.datasets.store import DatasetStore

    dataset = DatasetStore(store.settings).open(config.dataset)
    if not run_id:
        made = store.create(
            "train", config=config.model_dump(mode="json"), name=name, dataset=config.dataset, params=as_params(config)
        )
        run_id = made.id
    from segcore.cli.progress import TrainingBar

    with store.writer(run_id) as writer, TrainingBar(config, quiet=quiet) as bar:
        from segcore.training.trainer import train as train_dataset

        return train_dataset(config, dataset, writer, store, resume=True, listeners=[bar]), run_id


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
    from segcore.inference.load import load_predictor
    from segcore.training.evaluate import evaluate_pairs, folder_pairs

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
    emit(data, as_json=as_json, text=_table(result))


def parse_changes(texts: list[str]) -> dict[str, Any]:
    """`key=value` texts as changes of a preset; values are read as JSON where they are JSON.

    Raises:
        ConfigError: a text without "=".
    """
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigError(f"Expected key=value. Received: {text!r}.", fix="For example --set batch_size=4.")
        try:
            changes[key.strip()] = json.loads(value)
        except json.JSONDecodeError:
            changes[key.strip()] = value
    return changes


def _verdict(done: dict[str, Any], result: Evaluation) -> str:
    head = f"{done['name']} ({done['run']}): {done['status']} after {done['epochs']} epochs, {done['minutes']} min."
    return f"{head}\n{_table(result)}"


def _table(result: Evaluation) -> str:
    data = result.as_json()
    rows = [f"{'class':<24}{'IoU':>8}{'Dice':>8}"]
    for name, scores in data["classes"].items():
        values = ("–" if v is None else f"{v:.3f}" for v in (scores["iou"], scores["dice"]))
        rows.append(f"{name:<24}" + "".join(f"{v:>8}" for v in values))
    return "\n".join([*rows, f"mIoU {result.miou:.3f}, without background {result.miou_foreground:.3f}"])
