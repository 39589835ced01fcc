"""What the store writes beside images and masks.

`dataset.yaml` (names, colours, split; Ultralytics reads it too), `train.txt` and `val.txt` (the same split
for other programs; never read back here), and `import.json` (where the dataset came from, problems,
statistics). Every file is replaced whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, ImportReport, Pair, Problem, Split
from segcore.errors import DatasetError

YAML, RECORD = "dataset.yaml", "import.json"


def write_description(root: Path, classes: ClassTable, split: Split, pairs: Sequence[Pair]) -> None:
    """Write the split's text files, then dataset.yaml (which decides)."""
    image_of = {pair.stem: pair.image.name for pair in pairs}
    for part, stems in (("train", split.train), ("val", split.val)):
        _replace(root / f"{part}.txt", "".join(f"./images/{image_of[s]}\n" for s in stems if s in image_of))
    data = {
        "path": ".",
        "train": "train.txt",
        "val": "val.txt",
        "masks_dir": "masks",
        "names": {c.id: c.name for c in classes},
        "colors": {c.id: c.color for c in classes},
        "split": {
            "seed": split.seed,
            "block": split.block,
            "train": list(split.train),
            "val": list(split.val),
        },
    }
    _replace(root / YAML, yaml.safe_dump(data, sort_keys=False, allow_unicode=True))


def write_record(root: Path, record: dict[str, Any]) -> None:
    """Write import.json: format, evidence, created, content_hash, problems, images, frames."""
    _replace(root / RECORD, json.dumps(record, ensure_ascii=False))


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def read_record(root: Path) -> dict[str, Any]:
    """import.json as written."""
    try:
        record: dict[str, Any] = json.loads((root / RECORD).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(root, error) from error
    return record


def read_dataset(root: Path) -> Dataset:
    """Open a dataset of the store.

    Raises:
        DatasetError: its own files are damaged.
    """
    record = read_record(root)
    try:
        data = yaml.safe_load((root / YAML).read_text("utf-8"))
        names = [data["names"][i] for i in range(len(data["names"]))]
        classes = ClassTable.of(names, [data["colors"][i] for i in range(len(names))])
        split = data["split"]
        images = record.pop("images")
        return Dataset(
            name=root.name,
            root=root,
            classes=classes,
            pairs=tuple(Pair(s, root / "images" / f, root / "masks" / f"{s}.png") for s, f in images.items()),
            split=Split(tuple(split["train"]), tuple(split["val"]), split["seed"], split["block"]),
            content_hash=record.pop("content_hash"),
            source={key: value for key, value in record.items() if key != "problems"},
        )
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise _damaged(root, error) from error


def read_report(root: Path) -> ImportReport:
    """What its import reported."""
    dataset, record = read_dataset(root), read_record(root)
    problems = tuple(Problem(**problem) for problem in record["problems"])
    return ImportReport(
        dataset.name, len(dataset.pairs), dataset.classes, problems, record["format"], record["evidence"]
    )


def _damaged(root: Path, error: Exception) -> DatasetError:
    return DatasetError(f"Dataset {root.name!r} is damaged ({error}).", fix="Delete it and import it again.")
