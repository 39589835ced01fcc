"""Scores as a table of text, for every command that ends with some."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segcore.evaluation.metrics import Evaluation
    from segcore.evaluation.report import Interval, Report


def score_table(result: Evaluation) -> str:
    """A line for each class, the means last."""
    data = result.as_json()
    rows = [f"{'class':<24}{'IoU':>8}{'Dice':>8}"]
    for name, scores in data["classes"].items():
        values = ("–" if v is None else f"{v:.3f}" for v in (scores["iou"], scores["dice"]))
        rows.append(f"{name:<24}" + "".join(f"{v:>8}" for v in values))
    return "\n".join([*rows, f"mIoU {result.miou:.3f}, without background {result.miou_foreground:.3f}"])


def report_table(report: Report) -> str:
    """A line for each class with 95 % intervals, then the means, calibration and objects."""
    rows = [f"{'class':<24}{'IoU':>20}{'precision':>20}{'recall':>20}{'boundary F':>20}"]
    for segclass, scores in zip(report.classes, report.scores, strict=True):
        cells = (scores.iou, scores.precision, scores.recall, scores.boundary)
        rows.append(f"{segclass.name:<24}" + "".join(f"{_with_interval(cell):>20}" for cell in cells))
    means = report.means
    rows += [
        f"mIoU {_with_interval(means['miou'])}, without background {_with_interval(means['miou_foreground'])}; "
        f"boundary F {_with_interval(means['boundary'])}; {len(report.images)} frames, 95 % intervals over images",
    ]
    if report.calibration_error is not None:
        rows.append(f"calibration error {report.calibration_error:.1%}")
    rows += [f"{part.name}: mIoU {part.miou or 0:.3f} on {part.images} frames" for part in report.parts]
    return "\n".join(rows)


def _with_interval(score: Interval) -> str:
    if score.value is None:
        return "–"
    if score.low is None or score.high is None:
        return f"{score.value:.3f}"
    return f"{score.value:.3f} {score.low:.3f}–{score.high:.3f}"
