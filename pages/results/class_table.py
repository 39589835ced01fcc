"""The classes of a result, with their colours."""

from __future__ import annotations

import pandas as pd

from pages.common import cached
from pages.training.live import run_classes
from segcore.classes import ClassTable
from segcore.errors import RunNotFound
from segcore.runs import Run


def classes_of(run: Run, ledger: pd.DataFrame) -> ClassTable:
    """The classes of the network that was used; from the table itself where that run is gone."""
    if run.parent:
        try:
            found = run_classes(cached.runs().get(run.parent))
        except RunNotFound:
            found = None
        if found is not None:
            return found
    return ClassTable.of(ledger.drop_duplicates("class_id").sort_values("class_id")["class"].tolist())
