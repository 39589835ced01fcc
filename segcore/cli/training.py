"""`segcore train`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, console, emit
from segcore.cli.scores import score_table
from segcore.errors import ConfigError
from segcore.large_imports import tensorflow_alone
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import PRESETS, TrainConfig, as_params, from_preset
from segcore.training.folds import in_fold
from segcore.training.takeover import START_SHA256_TAG, START_WORDS_TAG, plan, settings_from

if TYPE_CHECKING:
    from segcore.evaluation.metrics import Evaluation
    from segcore.training.trainer import TrainResult


def train(
    dataset: Annotated[str, typer.Argument(help="Name of a dataset; not with --resume.")] = "",
    preset: Annotated[str, typer.Option(help=f"One of {', '.join(PRESETS)}; balanced if left out.")] = "",
    minutes: Annotated[float | None, typer.Option(help="Minutes that the training may take.")] = None,
    epochs: Annotated[int | None, typer.Option(help="Epochs, instead of minutes or as a second limit.")] = None,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    set_: Annotated[list[str] | None, typer.Option("--set", help="key=value, e.g. augment.rotation=10.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", help="Start from this run's network, on the same or other classes.")
    ] = None,
    extend: Annotated[
        str | None, typer.Option(help="Train a finished run further, as a new run, on its dataset as it is now.")
    ] = None,
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
        changes = {"minutes": minutes, "epochs": epochs, "seed": seed} | parse_changes(set_ or [])
        config, run_id = new_settings(store, dataset, preset, from_ or "", extend or "", changes), ""
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
    if config.start_from:
        tags = store.get(run_id).tags
        done["start"] = {"run": config.start_from, "sha256": tags[START_SHA256_TAG], "words": tags[START_WORDS_TAG]}
    emit(done, as_json=as_json, text=_verdict(done, result.evaluation))
    from segcore.cli.first_video import INT8_WORTH_S, WORTH_S, get_ready

    if result.seconds >= WORTH_S:
        get_ready(store, run_id, config.dataset, int8=result.seconds >= INT8_WORTH_S)


def new_settings(
    store: RunStore, dataset: str, preset: str, start: str, extend: str, changes: dict[str, Any]
) -> TrainConfig:
    """The settings of a new training.

    Args:
        store: of the runs.
        dataset, preset: as named; "" where they were left out.
        start, extend: runs to start from, "" for none; `extend` brings dataset and preset with it.
        changes: as `from_preset` takes them.

    Raises:
        ConfigError: nothing to learn was named, or the options contradict each other.
    """
    if extend and (dataset or start):
        raise ConfigError(
            "--extend goes with neither a dataset nor --from: it takes the run's own.",
            fix="For another dataset: segcore train DATASET --from RUN.",
        )
    if not dataset and not extend:
        raise ConfigError("No dataset was named.", fix="See `segcore dataset list`.")
    if start or extend:
        return settings_from(store, start or extend, dataset=dataset, preset=preset, **changes)
    return from_preset(dataset, preset or "balanced", **changes)


def train_in_run(
    store: RunStore, config: TrainConfig, run_id: str, name: str | None, *, quiet: bool
) -> tuple[TrainResult, str]:
    """Run a training in this process; returns its result and its run's id."""
    from segcore.datasets.store import DatasetStore

    dataset = DatasetStore(store.settings).open(config.dataset)
    if config.start_from and not run_id:
        taken = plan(store, config.start_from, in_fold(dataset, config.fold), config.architecture)
        console.print(taken.words, highlight=False)
    if not run_id:
        made = store.create(
            "train", config=config.model_dump(mode="json"), name=name, dataset=config.dataset, params=as_params(config)
        )
        run_id = made.id
    from segcore.cli.progress import TrainingBar

    with store.writer(run_id) as writer, TrainingBar(config, quiet=quiet) as bar:
        with tensorflow_alone():
            from segcore.training.trainer import train as train_dataset

        return train_dataset(config, dataset, writer, store, resume=True, listeners=[bar]), run_id


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
    return f"{head}\n{score_table(result)}"
