"""`segcore evaluate`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.scores import report_table, score_table
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.errors import ConfigError
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    from segcore.datasets.dataset import Pair, Part
    from segcore.evaluation.report import Report
    from segcore.runs.records import Run


def evaluate(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    dataset: Annotated[str | None, typer.Option(help="A dataset; that of the run where none is named.")] = None,
    split: Annotated[str, typer.Option(help="train, val or all.")] = "val",
    images: Annotated[Path | None, typer.Option(help="A folder of images, with --masks.")] = None,
    masks: Annotated[Path | None, typer.Option(help="A folder of masks of the same stems.")] = None,
    backend: Annotated[str, typer.Option(help="auto, openvino or tensorflow.")] = "auto",
    report: Annotated[
        bool, typer.Option("--report", help="Keep a report with the run: intervals, boundaries, calibration, sizes.")
    ] = False,
    flip: Annotated[bool, typer.Option("--flip", help="Average over mirrored frames too.")] = False,
    scales: Annotated[str, typer.Option(help="Average over these scales, e.g. 0.75,1,1.25.")] = "1",
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Score a run's best weights on labelled frames, at the masks' own resolution."""
    from segcore.cli.scored import checked_part, network_of, report_in_run, views_of
    from segcore.evaluation.evaluate import evaluate_pairs

    if (images is None) != (masks is None):
        raise ConfigError("--images and --masks belong together.", fix="Give both, or a dataset.")
    part, views = checked_part(split), views_of(scales, flip)
    store = RunStore(Settings.from_env())
    found = store.get(run)
    if report and (images or dataset not in (None, found.dataset)):
        raise ConfigError("A report is about the run's own dataset.", fix="Leave out --report, or the dataset.")
    with stage_bar("Scoring", as_lines=as_lines) as on_progress:
        on_progress.stage = "opening the network"
        on_progress(0, 0)
        if report:
            made = report_in_run(store, found, part, backend=backend, views=views, on_progress=on_progress)
            emit(report_json(made), as_json=as_json, text=report_table(made))
            return
        network = network_of(store, found, backend, views)
        with _frames(store, found, dataset, part, images, masks) as pairs:
            result = evaluate_pairs(network, pairs, on_progress)
    emit(result.as_json(), as_json=as_json, text=score_table(result))


def report_json(report: Report) -> dict[str, Any]:
    """What `--json` prints of a report: the keys of an evaluation, and what a report adds in short."""
    from segcore.evaluation.counting import evaluation_of
    from segcore.evaluation.report import report_file

    return evaluation_of(report).as_json() | {
        "report": report_file(report.subject.split),
        "run": report.subject.run,
        "means": {name: interval.model_dump() for name, interval in report.means.items()},
        "calibration_error": report.calibration_error,
        "seconds": report.seconds,
    }


@contextmanager
def _frames(
    store: RunStore, run: Run, dataset: str | None, part: Part, images: Path | None, masks: Path | None
) -> Iterator[tuple[Pair, ...]]:
    """Of two folders, else of a dataset whose classes are the network's."""
    from segcore.cli.scored import checked_dataset, frames_of
    from segcore.evaluation.evaluate import folder_pairs

    if images and masks:
        with folder_pairs(images, masks) as pairs:
            yield pairs
    else:
        yield frames_of(store, run, checked_dataset(store, run, dataset or str(run.dataset)), part)
