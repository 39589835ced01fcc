"""`segcore results compare`: two segmented videos, or two runs on one video, beside each other."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.stages import enter
from segcore.errors import ResultError
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from segcore.knowledge.compared import Measured
    from segcore.runs.records import Run
    from segcore.video.mask_agreement import Masks

CLASSES_FILE, FRAMES_FILE = "classes.csv", "frames.csv"


def compare(
    one: Annotated[str, typer.Argument(help="Id or name of a segmented video.")],
    other: Annotated[str, typer.Argument(help="Id or name of the one to compare it with.")],
    masks: Annotated[
        bool, typer.Option("--masks", help="Pixel by pixel too: both kept their masks (--also mask_video).")
    ] = False,
    most: Annotated[int | None, typer.Option(min=1, help="With --masks: so many frames, evenly spread.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the tables as CSV.")] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Compare two results: each class in both, and of one video the frames that differ most."""
    from segcore.knowledge.compared import class_differences, frame_differences, same_video, worst
    from segcore.video.mask_agreement import AGREEMENT_FILE

    store = RunStore(Settings.from_env())
    runs = store.get(one), store.get(other)
    results = [measured(store, run) for run in runs]
    same = same_video(*(_summary(store, run) for run in runs))
    tables = {CLASSES_FILE: _flat(class_differences(*results))}
    if same:
        tables[FRAMES_FILE] = frame_differences(results[0].ledger, results[1].ledger)
    if masks:
        if not same:
            raise ResultError("Expected two results of one video.", fix="Leave out --masks for different videos.")
        sides = [masks_of(store, run, result) for run, result in zip(runs, results, strict=True)]
        tables[AGREEMENT_FILE] = _agreement(sides, most, as_lines=as_lines)
    if out is not None:
        _write(tables, out)
    told = {
        "one": runs[0].name,
        "other": runs[1].name,
        "same_video": same,
        "classes": json.loads(tables[CLASSES_FILE].to_json(orient="records")),
        "worst": json.loads(worst(tables[FRAMES_FILE]).to_json(orient="records")) if same else [],
        "agreement": _mean(tables.get(AGREEMENT_FILE)),
        "files": [str(out / name) for name in tables] if out is not None else [],
    }
    emit(told, as_json=as_json, text=_text(told, tables))


def measured(store: RunStore, run: Run) -> Measured:
    """What is compared of a result.

    Raises:
        ResultError: the run has none.
    """
    import pandas as pd

    from segcore.knowledge.compared import Measured

    def table(name: str) -> pd.DataFrame | None:
        file = f"{name}.parquet"
        return pd.read_parquet(store.file(run.id, file)) if store.has_file(run.id, file) else None

    ledger = table("ledger") if run.kind == "segment" else None
    if ledger is None:
        raise ResultError(f"{run.name} is no segmented video with a result.", fix="See the list on the Results page.")
    return Measured(ledger, table("tracks"), table("events"), table("stability"))


def masks_of(store: RunStore, run: Run, result: Measured) -> Masks:
    """The masks that a result kept.

    Raises:
        ResultError: it kept none.
    """
    from segcore.knowledge.frame_times import FrameTimes
    from segcore.video.mask_agreement import Masks
    from segcore.video.mask_planes import MASK_FILES

    name = next((name for name in MASK_FILES if store.has_file(run.id, name)), None)
    if name is None:
        raise ResultError(
            f"{run.name} kept no masks.",
            fix="It is of an older segcore: segment the video again, or compare without --masks.",
        )
    ordered = result.ledger.drop_duplicates("class_id").sort_values("class_id")
    return Masks(store.file(run.id, name), FrameTimes.of_ledger(result.ledger), ordered["class"].tolist())


def _summary(store: RunStore, run: Run) -> dict[str, Any]:
    name = "summary.json"
    found: dict[str, Any] = (
        json.loads(store.file(run.id, name).read_text("utf-8")) if store.has_file(run.id, name) else {}
    )
    return found


def _agreement(sides: list[Masks], most: int | None, *, as_lines: bool) -> pd.DataFrame:
    from segcore.video.mask_agreement import mask_agreement

    with stage_bar("Comparing", as_lines=as_lines) as on_progress:
        enter(on_progress, "comparing masks")
        return mask_agreement(*sides, most=most, on_progress=on_progress)


def _flat(classes: pd.DataFrame) -> pd.DataFrame:
    """One level of columns: seconds_one, seconds_other, seconds_change …"""
    import pandas as pd

    flat = classes.copy()
    flat.columns = pd.Index(["_".join(pair) for pair in classes.columns])
    return flat.reset_index()


def _write(tables: dict[str, pd.DataFrame], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        partial = out / f".{name}.part"
        table.to_csv(partial, index=False, float_format="%.9g")
        partial.replace(out / name)


def _mean(frames: pd.DataFrame | None) -> dict[str, float | int] | None:
    if frames is None:
        return None
    return {"frames": len(frames), "pixels": float(frames["agreement"].mean()), "miou": float(frames["miou"].mean())}


def _text(told: dict[str, Any], tables: dict[str, pd.DataFrame]) -> str:
    lines = [f"{told['one']} → {told['other']}", _beside(tables[CLASSES_FILE]).to_string(index=False)]
    if told["agreement"]:
        mean = told["agreement"]
        lines.append(f"{mean['frames']} frames: {mean['pixels']:.2%} of the pixels agree, mIoU {mean['miou']:.3f}")
    if told["worst"]:
        lines.append("Frames that differ most, by the areas of their classes:")
        lines += [
            f"{row['time_s']:9.2f} s  {row['differs']:7.2%}  {row['class']} {row['change']:+.2%}"
            for row in told["worst"][:10]
        ]
    return "\n".join([*lines, *told["files"]])


def _beside(classes: pd.DataFrame) -> pd.DataFrame:
    """Both values of each measure in one column: "0.25 → 0.125"."""
    import pandas as pd

    from segcore.knowledge.compared import MEASURES

    pairs = {
        measure: [
            f"{_short(one)} → {_short(other)}"
            for one, other in zip(classes[f"{measure}_one"], classes[f"{measure}_other"], strict=True)
        ]
        for measure in MEASURES
    }
    return pd.DataFrame({"class": classes["class"]} | pairs)


def _short(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}"
