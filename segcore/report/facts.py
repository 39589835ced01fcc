"""What a report knows: the result, and what is known of its network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from segcore.classes import ClassTable
from segcore.evaluation.metrics import Evaluation, iou
from segcore.evaluation.report import Interval, read_report, report_file
from segcore.knowledge.areas import summarise
from segcore.knowledge.counts import count_objects
from segcore.knowledge.drawing import Drawing, drawing_events
from segcore.knowledge.known import KNOWN_TABLES, Known
from segcore.knowledge.scale import Scale
from segcore.results import Result
from segcore.runs import Run, RunStore

_EVALUATION_FILE, _SPLIT_FILE = "evaluation.json", "split.json"


@dataclass(frozen=True)
class NetworkFacts:
    """What its run says of a network.

    Attributes:
        name: of the run.
        miou: mean over classes on the validation frames; None where it was not scored.
        scores: IoU by the names of classes.
        scored: how many validation frames there were.
        learned: how many frames it learned from; 0 where the run does not say.
        minutes: that it was trained.
        device: that it was trained on.
        settings: of the training.
    """

    name: str
    miou: Interval | None = None
    scores: Mapping[str, Interval] = field(default_factory=dict)
    scored: int = 0
    learned: int = 0
    minutes: float = 0.0
    device: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All that a report says; `scale` gives areas in cm², `network` is None where its run is gone."""

    name: str
    result: Result
    network: NetworkFacts | None = None
    scale: Scale | None = None

    @property
    def summary(self) -> dict[str, Any]:
        """summary.json of the result."""
        return self.result.summary

    @cached_property
    def classes(self) -> ClassTable:
        """Classes with the colours they were drawn in."""
        rows = self.summary["classes"]
        return ClassTable.of([row["class"] for row in rows], [row["color"] for row in rows])

    @cached_property
    def each(self) -> pd.DataFrame:
        """One row a class: `knowledge.areas.summarise`, of the ledger itself."""
        return summarise(self.result.ledger)

    @property
    def seen(self) -> pd.DataFrame:
        """Of these the classes that were there, the background left out."""
        return self.each[(self.each["class_id"] > 0) & (self.each["frames"] > 0)]

    @cached_property
    def known(self) -> Known | None:
        """Objects, events and contacts of what counts as an object: by the choice that is kept with the result, or by
        the default. None where an older segcore made the result without objects."""
        if not all(self.result.has(f"{name}.parquet") for name in KNOWN_TABLES):
            return None
        return self.result.known(self.drawing.counted)

    @cached_property
    def drawing(self) -> Drawing:
        """What was drawn on a frame of it, and what counts as an object; empty, with the defaults, where nothing was.

        Raises:
            ConfigError: it was drawn on frames of another shape.
        """
        height, width = self.result.size
        return self.result.drawing.at((height, width)) if self.result.drawing else Drawing(width=width, height=height)

    @cached_property
    def drawn(self) -> pd.DataFrame | None:
        """What the drawing finds, columns of `events`; None where nothing was drawn that could be found."""
        if self.known is None or not self.drawing.asks:
            return None
        return drawing_events(self.drawing, self.known.positions, self.known.times, self.result.size)

    @cached_property
    def counts(self) -> pd.DataFrame | None:
        """One row a class of objects: `knowledge.counts.count_objects`; None where nothing was followed."""
        if self.known is None or self.known.tracks.empty:
            return None
        return count_objects(self.known.tracks)

    @cached_property
    def intervals(self) -> dict[int, tuple[float, float, float]] | None:
        """Class id → (corrected, low, high): means over all frames, shares. None where there are no intervals."""
        if not self.result.has("areas.parquet") or not self.result.areas["area_low"].notna().any():
            return None
        table = self.result.areas
        whole = table.groupby("frame")["pixels"].transform("sum")
        sides = [
            (table[f"area_{side}"] / whole).groupby(table["class_id"]).mean() for side in ("corrected", "low", "high")
        ]
        return {int(i): (float(sides[0][i]), float(sides[1][i]), float(sides[2][i])) for i in sides[0].index}

    @property
    def frame_pixels(self) -> int:
        """Pixels of what was segmented of a frame."""
        ledger = self.result.ledger
        return int(ledger.loc[ledger["frame"] == ledger["frame"].min(), "pixels"].sum())

    @property
    def scale_area(self) -> float | None:
        """cm² of the whole picture; None where no scale is told."""
        return float(self.scale.area_cm2(self.frame_pixels)) if self.scale else None


def network_of(store: RunStore, run: Run) -> NetworkFacts:
    """What a training's run says of its network."""
    scored = _scores(store, run)
    split: dict[str, list[str]] = {}
    if store.has_file(run.id, _SPLIT_FILE):
        split = json.loads(store.file(run.id, _SPLIT_FILE).read_text("utf-8"))
    return NetworkFacts(
        name=run.name,
        miou=scored[0],
        scores=scored[1],
        scored=scored[2],
        learned=len(split.get("train", ())),
        minutes=(run.seconds or 0.0) / 60,
        device=run.tags.get("segcore.device", ""),
        settings=store.config(run.id),
    )


def _scores(store: RunStore, run: Run) -> tuple[Interval | None, dict[str, Interval], int]:
    """(mean IoU, IoU by class, validation frames): of the report where there is one, it has intervals."""
    name = report_file("val")
    found = read_report(store.file(run.id, name).read_bytes()) if store.has_file(run.id, name) else None
    if found:
        named = zip(found.classes.names, found.scores, strict=True)
        return found.means.get("miou"), {name: one.iou for name, one in named}, len(found.images)
    if not store.has_file(run.id, _EVALUATION_FILE):
        return None, {}, 0
    kept = Evaluation.from_json(json.loads(store.file(run.id, _EVALUATION_FILE).read_text("utf-8")))
    values = zip(kept.names, iou(kept.confusion).tolist(), strict=True)
    each = {name: Interval(value=None if np.isnan(value) else value) for name, value in values}
    return Interval(value=kept.miou), each, len(kept.images)


def share_of_time(certainty: pd.DataFrame, column: str) -> tuple[float, float, float]:
    """(mean, highest, its second) of a column of the table `certainty`; NaN where it is empty."""
    values = certainty[column].to_numpy(float)
    if not np.isfinite(values).any():
        return float("nan"), float("nan"), float("nan")
    at = int(np.nanargmax(values))
    return float(np.nanmean(values)), float(values[at]), float(certainty["time_s"].iloc[at])
