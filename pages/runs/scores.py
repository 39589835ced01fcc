"""What runs scored, as tables: one row a run, the best of each column marked. Pure functions but for `evaluation`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from pages.common import cached
from pages.common import format as fmt
from pages.common.charts import LINES, layout
from segcore.evaluation.metrics import Evaluation, iou
from segcore.inference.int8 import records_in
from segcore.runs import Run

EVALUATION_FILE = "evaluation.json"
RISING = {"mIoU": True, "Without background": True, "Dice": True, "Validation loss": False, "Images a second": True}
"""Column → whether more is better."""
MARK = "background-color: rgba(21,154,140,0.28); font-weight: 600"


def evaluation(run: Run) -> Evaluation | None:
    """What the run scored on its validation frames at the end; None before."""
    if not cached.runs().has_file(run.id, EVALUATION_FILE):
        return None
    path = cached.runs().file(run.id, EVALUATION_FILE)
    return Evaluation.from_json(json.loads(path.read_text("utf-8")))


def score_table(
    runs: Sequence[Run], scored: Mapping[str, Evaluation], losses: Mapping[str, float | None]
) -> pd.DataFrame:
    """One row a run.

    Args:
        runs: in the order of the rows.
        scored: run id → its evaluation, where it has one.
        losses: run id → its loss on the validation frames at the best epoch.
    """
    rows = []
    for run in runs:
        found, best = scored.get(run.id), run.tags.get("segcore.best_miou")
        rows.append(
            {
                "Run": run.name,
                "mIoU": found.miou if found else float(best) if best else None,
                "Without background": found.miou_foreground if found else None,
                "Dice": found.dice if found else None,
                "Validation loss": losses.get(run.id),
                "Images a second": run.metrics.get("step/images_per_s"),
                "Minutes": (run.seconds or 0) / 60,
                "Best epoch": int(run.tags["segcore.best_epoch"]) if run.tags.get("segcore.best_epoch") else None,
            }
        )
    return pd.DataFrame(rows)


def int8_words(tags: Mapping[str, str]) -> str:
    """A sentence on the network in 8-bit integers; "" where it was not made.

    Args:
        tags: of its run.
    """
    records = records_in(tags)
    if not records:
        return ""
    first = records[0]
    said = f"mIoU {fmt.score(first.miou)} instead of {fmt.score(first.miou_float32)}"
    if first.fits:
        return f"For videos it is there in 8-bit integers too, for where they are quicker: {said} on the same frames."
    return f"In 8-bit integers it would lose too much ({said}), so videos use it in full precision."


def best_cells(table: pd.DataFrame) -> pd.DataFrame:
    """A style for each cell: the best of a column is marked, where runs differ in it."""
    styles = pd.DataFrame("", index=table.index, columns=table.columns)
    for column, rising in RISING.items():
        values = pd.to_numeric(table[column]).round(3)
        if values.nunique() > 1:
            styles.loc[values == (values.max() if rising else values.min()), column] = MARK
    return styles


def class_table(scored: Mapping[str, Evaluation]) -> pd.DataFrame:
    """IoU by class: a row a class (all that occur in any run, in order), a column a run; NaN where it has none.

    Args:
        scored: run name → its evaluation.
    """
    names = list(dict.fromkeys(name for each in scored.values() for name in each.names))
    columns = {
        run: dict(zip(each.names, (float(v) for v in iou(each.confusion)), strict=True)) for run, each in scored.items()
    }
    return pd.DataFrame({run: [values.get(name) for name in names] for run, values in columns.items()}, index=names)


def class_bars_of(table: pd.DataFrame) -> go.Figure:
    """Bars of each run beside each other for every class; a run has the colour of its curve."""
    figure = go.Figure()
    for number, run in enumerate(table.columns):
        figure.add_bar(
            x=list(table.index),
            y=table[run].astype(float).tolist(),
            name=str(run),
            marker={"color": LINES[number % len(LINES)]},
            hovertemplate="%{x}: %{y:.3f}",
        )
    layout(figure, height=320)
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05, showlegend=len(table.columns) > 1)
    figure.update_layout(legend={"y": -0.28, "yanchor": "top", "x": 0, "xanchor": "left"})
    figure.update_xaxes(nticks=len(table.index), dtick=1)
    figure.update_yaxes(range=[0, 1.02], tickformat=".1f", title_text="IoU")
    return figure
