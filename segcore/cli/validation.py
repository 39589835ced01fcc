"""What is kept of a run's validation images, one by one."""

from __future__ import annotations

import json

import numpy as np

from segcore.evaluation.metrics import Evaluation
from segcore.evaluation.report import read_report, report_file
from segcore.runs.store import RunStore

EVALUATION_FILE = "evaluation.json"


def validation_confusions(store: RunStore, run: str) -> np.ndarray | None:
    """(n, C, C) int64 pixels of each validation image, rows are the truth; None where a run kept only their sum.

    They are those of the report where there is one, else those counted at the end of the training.
    """
    name = report_file("val")
    if store.has_file(run, name):
        report = read_report(store.file(run, name).read_bytes())
        if report:
            return np.array([image.matrix(len(report.classes)) for image in report.images])
    if store.has_file(run, EVALUATION_FILE):
        kept = Evaluation.from_json(json.loads(store.file(run, EVALUATION_FILE).read_text("utf-8")))
        return np.array(kept.confusions) if kept.confusions else None
    return None
