"""What the store writes beside images and masks.

`dataset.yaml` (names and colours of what the mask files hold, the split, the class mapping, groups; Ultralytics
reads it too), `train.txt` and `val.txt` (the same split for other programs; never read back here), and
`import.json` (where the dataset came from, problems, what was measured). Every file is replaced whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, ImportReport, Pair, Problem, Split
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.tally import in_words
from segcore.errors import DatasetError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

YAML, RECORD = "dataset.yaml", "import.json"


def write_description(
    root: Path,
    classes: ClassTable,
    split: Split,
    pairs: Sequence[Pair],
    *,
    mapping: ClassMapping | None = None,
    groups: Mapping[str, str] | None = None,
) -> None:
    """Write the split's text files, then dataset.yaml (which decides).

    Args:
        root: the dataset's folder.
        classes: of the mask files (`Dataset.stored_classes`).
        split: the split.
        pairs: all pairs.
        mapping: from the mask files' labels to the dataset's classes; None: they are the same.
        groups: stem → group; None or empty: there are none.
    """
    image_of = {pair.stem: pair.image.name for pair in pairs}
    for part, stems in (("train", split.train), ("val", split.val)):
        _replace(root / f"{part}.txt", "".join(f"./images/{image_of[s]}\n" for s in stems if s in image_of))
    data: dict[str, Any] = {
        "path": ".",
        "train": "train.txt",
        "val": "val.txt",
        "masks_dir": "masks",
        "names": {c.id: c.name for c in classes},
        "colors": {c.id: c.color for c in classes},
        "split": _split_as_dict(split),
    }
    if mapping and mapping != ClassMapping.identity(classes):
        data["mapping"] = _mapping_as_dict(mapping)
    if groups:
        data["groups"] = dict(groups)
    _replace(root / YAML, yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True))


def _split_as_dict(split: Split) -> dict[str, Any]:
    data: dict[str, Any] = {"seed": split.seed, "block": split.block, "gap": split.gap, "method": split.method}
    if split.fold:
        data["fold"] = list(split.fold)
    data |= {"train": list(split.train), "val": list(split.val)}
    if split.left_out:
        data["left_out"] = list(split.left_out)
    return data


def _pair(root: Path, stem: str, file: str, table: bytes) -> Pair:
    """A mask has its image's file name, which is the stem unless the frame was replaced."""
    return Pair(stem, root / "images" / file, root / "masks" / f"{Path(file).stem}.png", table)


def _split_from_dict(data: dict[str, Any], stems: Mapping[str, str]) -> Split:
    """The split as far as its frames are there: those of an addition that was killed are not."""
    return Split(
        train=tuple(s for s in data["train"] if s in stems),
        val=tuple(s for s in data["val"] if s in stems),
        seed=data["seed"],
        block=data["block"],
        left_out=tuple(s for s in data.get("left_out", ()) if s in stems),
        method=data.get("method", "blocks"),
        fold=tuple(data["fold"]) if data.get("fold") else None,
        gap=data.get("gap", 0),
    )


def _mapping_as_dict(mapping: ClassMapping) -> dict[str, Any]:
    classes = [{"name": c.name, "color": c.color} for c in mapping.classes]
    return {"classes": classes, "target": list(mapping.target)}


def _mapping_from_dict(data: dict[str, Any] | None, stored: ClassTable) -> ClassMapping:
    if not data:
        return ClassMapping.identity(stored)
    classes = ClassTable.of([c["name"] for c in data["classes"]], [c["color"] for c in data["classes"]])
    return ClassMapping(classes=classes, target=tuple(data["target"]))


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
        data = yaml.load((root / YAML).read_text("utf-8"), Loader=_Loader)  # a safe loader, in C where there is one
        names = [data["names"][i] for i in range(len(data["names"]))]
        stored = ClassTable.of(names, [data["colors"][i] for i in range(len(names))])
        mapping = _mapping_from_dict(data.get("mapping"), stored)
        table = mapping.table().tobytes() if mapping.moves else b""
        images = record.pop("images")
        return Dataset(
            name=root.name,
            root=root,
            classes=mapping.classes,
            pairs=tuple(_pair(root, stem, file, table) for stem, file in images.items()),
            split=_split_from_dict(data["split"], images),
            content_hash=_mapped_hash(record.pop("content_hash"), mapping),
            source={key: value for key, value in record.items() if key != "problems"},
            stored_classes=stored,
            mapping=mapping,
            groups=data.get("groups") or {},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise _damaged(root, error) from error


def _mapped_hash(stored: str, mapping: ClassMapping) -> str:
    """The hash of images and labels as they come out: another one as soon as labels move."""
    if not mapping.moves:
        return stored
    return hashlib.sha256(f"{stored}\n{mapping.target}".encode()).hexdigest()


def read_report(root: Path) -> ImportReport:
    """What its import reported."""
    dataset, record = read_dataset(root), read_record(root)
    problems = tuple(Problem(**problem) for problem in record["problems"])
    return ImportReport(
        name=dataset.name,
        pairs=len(dataset.pairs),
        classes=dataset.classes,
        problems=problems,
        format=record["format"],
        evidence=record["evidence"],
        repaired=in_words(record.get("repaired", {})),
    )


def _damaged(root: Path, error: Exception) -> DatasetError:
    return DatasetError(f"Dataset {root.name!r} is damaged ({error}).", fix="Delete it and import it again.")
