"""A small result with hostile and foreign names, made by the writers; figures to work out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from segcore.classes import ClassTable
from segcore.evaluation.report import Interval
from segcore.knowledge.corrected_areas import AreaModel
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.masks import MaskTable
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import find_objects
from segcore.knowledge.tables import knowledge_of
from segcore.report.facts import Facts, NetworkFacts
from segcore.results import load
from segcore.video.config import SegmentConfig
from segcore.video.outputs.areas_files import write_areas
from segcore.video.writer import VideoWriter

EVIL, CAT, NEVER = "<script>alert(1)</script>", "кот 猫", "$x_1$ & co"
CLASSES = ClassTable.of(["background", EVIL, CAT, NEVER], ["#000000", "#ff0000", "#ffffff", "#00ff00"])
SIZE, FRAMES = (60, 80), 40


def labels(number: int) -> np.ndarray:
    """Frame `number`: a square of 10×10 throughout; from frame 10 to 29 one of 20×20 that touches it from 20 on."""
    found = np.zeros(SIZE, np.uint8)
    found[20:30, 20:30] = 1
    if 10 <= number < 30:
        left = 30 if number >= 20 else 45
        found[15:35, left : left + 20] = 2
    return found


def summary(**settings: object) -> dict[str, Any]:
    """summary.json of the result."""
    config = SegmentConfig.model_validate({"video": "/films/<b>.mp4", "run": "cats", **settings})
    return {
        "run": "0" * 32,
        "network": {
            "run": "1" * 32,
            "name": "cats",
            "weights_sha256": "a" * 64,
            "dataset": "farm",
            "dataset_hash": "b" * 64,
        },
        "video": {
            "name": "<b>.mp4", "bytes": 12_345, "width": 80, "height": 60, "duration_s": 4.0, "fps": 10.0,
            "codec": "h264",
        },
        "frames": FRAMES,
        "seconds": 2.0,
        "backend": "OpenVINO",
        "network_size": [60, 80],
        "settings": config.model_dump(mode="json"),
        "classes": [{"class_id": c.id, "class": c.name, "color": c.color} for c in CLASSES],
        "warnings": ["<i>Careful</i>."],
        "versions": {"segcore": "0.1.0"},
        "created": "2026-11-25T21:12:50+00:00",
    }  # fmt: skip


def make_result(
    folder: Path, *, masks: bool = True, overlay: bool = True, empty: bool = False, **settings: object
) -> Path:
    """Write the result into a folder; `empty`: of background alone."""
    rows = ObjectRows(CLASSES)
    times = np.arange(FRAMES) / 10
    with LedgerWriter(folder, CLASSES, SIZE) as ledger:
        for number in range(FRAMES):
            found, sure = labels(number) * (not empty), np.full(SIZE, 204, np.uint8)
            ledger.append(number, number / 10, measure_frame(found, sure, SIZE, len(CLASSES)))
            rows.append(number, number / 10, find_objects(found, sure, SIZE, len(CLASSES)))
    knowledge_of(*rows.tables(), FrameTimes(range(FRAMES), times), SIZE).write(folder)
    write_areas(folder, CLASSES, exact_model())
    if masks:
        with MaskTable(folder, CLASSES, SIZE, None) as table:
            for number in range(FRAMES):
                table.append(number, number / 10, labels(number))
    if overlay:
        with VideoWriter(folder / "overlay.mp4", SIZE[1], SIZE[0], fps=10) as video:
            for number in range(FRAMES):
                video.write(np.repeat(60 * labels(number)[..., None], 3, axis=-1))
    (folder / "summary.json").write_text(json.dumps(summary(**settings)), "utf-8")
    return folder


def exact_model() -> AreaModel:
    """Areas as they are, true to within a tenth of the root of the share."""
    count = len(CLASSES)
    errors = np.stack([np.full(count, -0.1), np.full(count, 0.1)])
    none = np.zeros(count)
    return AreaModel("none", np.eye(count), border=none, images=5, floor=none, errors=errors, missed=none)


def facts_of(folder: Path, **more: Any) -> Facts:
    """What a report knows of it, with a network of known scores."""
    scores = {c.name: Interval(value=0.9 - 0.1 * c.id, low=0.5, high=0.95) for c in CLASSES}
    network = NetworkFacts("cats", Interval(value=0.75, low=0.7, high=0.8), scores, scored=5, learned=20, minutes=8.0)
    return Facts("<u>cats</u> 1", load(folder), **({"network": network} | more))
