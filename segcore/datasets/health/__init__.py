"""Look over a dataset before hours of training go into it.

The report is kept beside the dataset (health.json) and written anew when images, labels, classes or split change.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections import Counter
from pathlib import Path

from segcore.datasets.dataset import Dataset
from segcore.datasets.health.balance import ClassBalance, balance, class_findings
from segcore.datasets.health.duplicates import duplicate_findings
from segcore.datasets.health.finding import MOST_STEMS, Finding
from segcore.datasets.health.label_findings import label_findings
from segcore.datasets.health.split_findings import split_findings
from segcore.datasets.manifest import read_dataset

__all__ = ["ClassBalance", "Finding", "balance", "check", "read_report", "write_report"]

FILE = "health.json"
_VERSION = 1


def check(dataset: Dataset) -> list[Finding]:
    """All remarks on a dataset, from what was measured of its frames; decodes nothing."""
    return [
        _sizes(dataset),
        *split_findings(dataset),
        *class_findings(dataset),
        *label_findings(dataset),
        *duplicate_findings(dataset),
        *_unmeasured(dataset),
    ]


def write_report(root: Path) -> list[Finding]:
    """Check a dataset of the store and keep the report with it.

    Raises:
        DatasetError: its files are damaged.
    """
    dataset = read_dataset(root)
    findings = check(dataset)
    content = {"version": _VERSION, "of": _state(dataset), "findings": [f.as_dict() for f in findings]}
    fresh = root / f"{FILE}.new"
    fresh.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    fresh.replace(root / FILE)
    return findings


def read_report(root: Path) -> list[Finding]:
    """The report as it is kept; checked and written anew where it is missing or older than the dataset.

    Raises:
        DatasetError: the dataset's files are damaged.
    """
    dataset = read_dataset(root)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads((root / FILE).read_text("utf-8"))
        if content["version"] == _VERSION and content["of"] == _state(dataset):
            return [Finding.from_dict(f) for f in content["findings"]]
    return write_report(root)


def _state(dataset: Dataset) -> str:
    """What the report depends on, as a hash."""
    measured = sum("phash" in facts for facts in dataset.source["frames"].values())
    parts = (dataset.content_hash, dataset.split, dataset.classes.model_dump(), dict(dataset.groups), measured)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _sizes(dataset: Dataset) -> Finding:
    sizes = Counter(dataset.size_of(pair.stem) for pair in dataset.pairs)
    shown = ", ".join(f"{w}×{h} ({n})" for (h, w), n in sizes.most_common(4))
    if len(sizes) == 1:
        return Finding("sizes", "ok", f"{len(dataset.pairs)} pairs, all frames have one size", shown)
    usual = sizes.most_common(1)[0][0]
    others = sorted((sizes[dataset.size_of(p.stem)], p.stem) for p in dataset.pairs if dataset.size_of(p.stem) != usual)
    return Finding(
        code="sizes",
        level="note",
        title=f"{len(dataset.pairs)} pairs, {len(sizes)} frame sizes",
        detail=shown,
        advice="All are scaled to one size for training: things should look about equally large.",
        stems=tuple(stem for _, stem in others[:MOST_STEMS]),
    )


def _unmeasured(dataset: Dataset) -> list[Finding]:
    missing = [p.stem for p in dataset.pairs if "phash" not in dataset.source["frames"][p.stem]]
    if not missing:
        return []
    return [
        Finding(
            code="not-measured",
            level="note",
            title=f"{len(missing)} frames were not measured",
            detail="Duplicates, tiny objects and ragged borders among them are not known.",
            advice=f"Look at every frame once: segcore dataset check {dataset.name} --measure",
        )
    ]
