"""Scores as a table of text, for every command that ends with some."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segcore.evaluation.metrics import Evaluation


def score_table(result: Evaluation) -> str:
    """A line for each class, the means last."""
    data = result.as_json()
    rows = [f"{'class':<24}{'IoU':>8}{'Dice':>8}"]
    for name, scores in data["classes"].items():
        values = ("–" if v is None else f"{v:.3f}" for v in (scores["iou"], scores["dice"]))
        rows.append(f"{name:<24}" + "".join(f"{v:>8}" for v in values))
    return "\n".join([*rows, f"mIoU {result.miou:.3f}, without background {result.miou_foreground:.3f}"])
