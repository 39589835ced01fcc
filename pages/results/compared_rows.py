"""The table of two results' classes as people read it. Pure functions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.common import format as fmt

MARK = "background-color: rgba(21,154,140,0.18)"
NOTABLE = 0.1
"""A cell is marked where the two differ by more than this share of the larger."""
TITLES = {
    "seconds": "There for",
    "mean_share": "Mean area",
    "tracks": "Objects followed",
    "events": "Events",
    "flicker": "Flicker",
    "confidence": "Certainty",
}


def class_rows(classes: pd.DataFrame) -> pd.DataFrame:
    """Texts, with a column for A and for B under each measure.

    Args:
        classes: of `knowledge.compared.class_differences`.
    """
    told = {("", "Class"): [str(name) for name in classes.index]}
    for measure, title in TITLES.items():
        for side, letter in (("one", "A"), ("other", "B")):
            told[title, letter] = [_text(measure, value) for value in classes[measure, side]]
    return pd.DataFrame(told)


def _text(measure: str, value: float) -> str:
    if np.isnan(value):
        return "–"
    if measure in ("mean_share", "confidence"):
        return f"{value * 100:.2f} %" if 0 < value < 0.1 else fmt.share(value)
    if measure == "seconds":
        return f"{value:.1f} s"
    return fmt.score(value) if measure == "flicker" else fmt.count(value)


def differing_cells(rows: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """A style for each cell of `class_rows`: marked where the two differ notably, or only one has a value."""
    marks = pd.DataFrame("", index=rows.index, columns=rows.columns)
    for measure, title in TITLES.items():
        one, other = (classes[measure, side].to_numpy(float) for side in ("one", "other"))
        apart = np.abs(one - other) > NOTABLE * np.fmax(np.abs(one), np.abs(other))
        apart |= np.isnan(one) != np.isnan(other)
        for letter in ("A", "B"):
            marks.loc[apart, (title, letter)] = MARK
    return marks
