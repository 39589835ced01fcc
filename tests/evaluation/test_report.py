"""Reports: from frames to figures, kept with a run and put together from folds."""

from __future__ import annotations

import io

import numpy as np
import pytest
from by_color import ByColor
from PIL import Image

from segcore.classes import ClassTable
from segcore.datasets.store import Dataset
from segcore.errors import DatasetError
from segcore.evaluation.answer import Answer, answer, probabilities
from segcore.evaluation.counting import count_frame, evaluation_of, pooled, report_of
from segcore.evaluation.evaluate import evaluate_pairs
from segcore.evaluation.report import Report, Subject, report_file
from segcore.evaluation.scoring import LONGEST, check_classes, label_png, write_report

CLASSES = ClassTable.of(["background", "disc", "bar"])


def subject(name: str = "r", split: str = "val") -> Subject:
    return Subject(
        run=name, name=name, dataset="shapes", dataset_hash="h", split=split, weights="w", backend="b"  # type: ignore[arg-type]
    )  # fmt: skip


def counted(stem: str, truth: np.ndarray, labels: np.ndarray, sure: int = 255):
    return count_frame(stem, truth, Answer(labels, np.full(truth.shape, sure, np.uint8)), 3)


def test_probabilities_and_labels_at_the_masks_size() -> None:
    scores = np.log(np.array([[[8, 1, 1], [1, 1, 2]]], np.float32))
    np.testing.assert_allclose(probabilities(scores, "logits")[0], [[0.8, 0.1, 0.1], [0.25, 0.25, 0.5]], rtol=1e-5)
    given = answer(scores, "logits", (2, 4))
    assert given.labels[:, [0, -1]].tolist() == [[0, 2], [0, 2]]
    assert given.confidence[:, [0, -1]].tolist() == [[204, 128], [204, 128]]


def test_report_of_two_frames_by_hand() -> None:
    truth = np.zeros((100, 100), np.uint8)
    truth[:10, :10] = 1
    half = np.zeros_like(truth)
    half[:10, :5] = 1
    report = report_of(subject(), CLASSES, [counted("a", truth, truth), counted("b", truth, half)], 1.0)
    disc = report.scores[1]
    assert (disc.iou.value, disc.precision.value, disc.recall.value) == (0.75, 1.0, 0.75)
    assert (disc.images, disc.share) == (2, 0.01)
    assert disc.iou.low is None  # two images have no interval
    assert report.scores[2].iou.value is None
    assert report.means["miou_foreground"].value == 0.75
    assert report.calibration_error == pytest.approx(50 / 20000)
    [size] = report.sizes
    assert (size.size, size.objects, size.pixels, size.hit, size.found) == ("medium", 2, 200, 150, 2)
    assert size.overlap == pytest.approx(1.5)
    assert [image.stem for image, _ in report.worst()] == ["b", "a"]
    assert report.matrix().tolist() == [[19800, 0, 0], [50, 150, 0], [0, 0, 0]]
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_report_agrees_with_the_plain_evaluation_and_is_kept(shapes: Dataset) -> None:
    files: dict[str, bytes] = {}
    told: list[tuple[int, int]] = []
    network = ByColor(side=64, sure=0.9)
    report = write_report(network, shapes.pairs, subject(), files.__setitem__, lambda *step: told.append(step))
    plain = evaluate_pairs(network, shapes.pairs)
    assert evaluation_of(report).as_json() == plain.as_json()
    assert report.means["miou"].value == pytest.approx(plain.miou, abs=1e-6)
    interval = report.means["miou"]
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low < plain.miou < interval.high
    assert told[-1] == (10, 10)
    assert list(files)[-1] == report_file("val")  # last, so that a report never names what is not there
    assert Report.model_validate_json(files[report_file("val")]) == report
    for image in report.images:
        kept = np.asarray(Image.open(io.BytesIO(files[image.picture])))
        assert kept.shape == image.size
        assert set(np.unique(kept)) <= {0, 1, 2}


def test_folds_put_together_are_as_one_evaluation(shapes: Dataset) -> None:
    network, pairs = ByColor(side=64), shapes.pairs
    parts = [
        write_report(network, some, subject(f"run {i}"), lambda *_: None)
        for i, some in enumerate((pairs[:4], pairs[4:]), start=1)
    ]
    whole = pooled(subject("series", "folds"), parts)
    at_once = write_report(network, pairs, subject(), lambda *_: None)
    assert whole.confusion == at_once.confusion
    assert whole.means == at_once.means
    assert whole.scores == at_once.scores
    assert whole.calibration_error == pytest.approx(at_once.calibration_error)
    assert [(s.size, s.class_id, s.objects, s.hit) for s in whole.sizes] == [
        (s.size, s.class_id, s.objects, s.hit) for s in at_once.sizes
    ]
    assert [part.images for part in whole.parts] == [4, 6]
    assert {image.run for image in whole.images} == {"run 1", "run 2"}
    with pytest.raises(DatasetError, match="do not fit"):
        pooled(subject("series", "folds"), [parts[0], parts[0]])


def test_kept_predictions_are_not_larger_than_a_screen() -> None:
    labels = np.zeros((1080, 2560), np.uint8)
    labels[:, 1280:] = 7
    kept = np.asarray(Image.open(io.BytesIO(label_png(labels))))
    assert kept.shape == (540, LONGEST)
    assert np.unique(kept).tolist() == [0, 7]


@pytest.mark.parametrize("names", [["background", "bar", "disc"], ["background", "disc"]])
def test_other_classes_are_refused(names: list[str]) -> None:
    with pytest.raises(DatasetError, match="the network learned background, disc, bar"):
        check_classes(CLASSES, ClassTable.of(names), "other")


def test_a_class_may_have_another_name_since() -> None:
    check_classes(CLASSES, ClassTable.of(["background", "plate", "bar"]), "shapes")


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(DatasetError, match="no labelled frames"):
        write_report(ByColor(side=64), (), subject(), lambda *_: None)


def test_class_that_the_network_does_not_know_is_refused(shapes: Dataset) -> None:
    with pytest.raises(DatasetError, match="knows 2 classes"):
        write_report(ByColor(side=96, classes=2), shapes.pairs, subject(), lambda *_: None)
