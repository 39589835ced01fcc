"""What is odd about labels: objects too small to see, ragged borders, frames without labels, ignored pixels."""

from __future__ import annotations

import numpy as np

from segcore.classes import IGNORE
from segcore.datasets.dataset import Dataset
from segcore.datasets.facts import NETWORK_SIDE, TINY
from segcore.datasets.health.finding import MOST_STEMS, Finding

_MANY_TINY = 0.2
_MOSTLY_TINY = 0.5
_RAGGED = 0.1
_LEAST_BORDER = 50
"""Borders shorter than this, in pixels, say nothing about how clean they are."""
_NOTABLE_IGNORED = 0.5


def label_findings(dataset: Dataset) -> list[Finding]:
    """All remarks about the labels themselves."""
    return [*_tiny_objects(dataset), *_ragged(dataset), *_empty(dataset), *_ignored(dataset)]


def _tiny_objects(dataset: Dataset) -> list[Finding]:
    """One remark a class with many objects below 8 pixels at network size."""
    stems = [p.stem for p in dataset.pairs if "tiny" in dataset.source["frames"][p.stem]]
    objects, tiny = (_by_class(dataset, stems, key) for key in ("objects", "tiny"))
    findings = []
    for c in list(dataset.classes)[1:]:
        all_of_it, small = int(objects[:, c.id].sum()), int(tiny[:, c.id].sum())
        if not small or small < _MANY_TINY * all_of_it:
            continue
        order = [i for i in np.argsort(-tiny[:, c.id], kind="stable") if tiny[i, c.id]]
        findings.append(
            Finding(
                code="tiny-objects",
                level="warning" if small >= _MOSTLY_TINY * all_of_it else "note",
                title=f"{c.name}: {small} of {all_of_it} regions are tiny",
                detail=f"Below {TINY} pixels in a frame of {NETWORK_SIDE} pixels, in {len(order)} frames.",
                advice="Networks hardly see them. Train at a larger size, or on crops; stray pixels are best erased.",
                stems=tuple(stems[i] for i in order[:MOST_STEMS]),
                class_id=c.id,
            )
        )
    return findings


def _by_class(dataset: Dataset, stems: list[str], key: str) -> np.ndarray:
    """Counts by stored label → (stems, classes) int64."""
    target = dataset.mapping.table()
    table = np.zeros((len(stems), len(dataset.classes)), np.int64)
    for row, stem in zip(table, stems, strict=True):
        for label, count in dataset.source["frames"][stem][key].items():
            if (class_id := int(target[int(label)])) != IGNORE:
                row[class_id] += count
    return table


def _ragged(dataset: Dataset) -> list[Finding]:
    """Frames whose borders are full of single pixels."""
    ragged = []
    for pair in dataset.pairs:
        facts = dataset.source["frames"][pair.stem]
        if facts.get("border", 0) >= _LEAST_BORDER and facts["thin"] > _RAGGED * facts["border"]:
            ragged.append((facts["thin"] / facts["border"], pair.stem))
    if not ragged:
        return []
    ragged.sort(reverse=True)
    share = float(np.median([r for r, _ in ragged]))
    return [
        Finding(
            code="label-noise",
            level="warning" if len(ragged) * 2 > len(dataset.pairs) and share > 2 * _RAGGED else "note",
            title=f"Ragged borders in {len(ragged)} of {len(dataset.pairs)} masks",
            detail=f"About {share:.0%} of their border pixels are one pixel thin: specks, spikes, rims.",
            advice="Usual after scaling or JPEG compression of masks: export them again as PNG at the images' own "
            "size. Thin things such as poles and wires look the same and are fine.",
            stems=tuple(stem for _, stem in ragged[:MOST_STEMS]),
        )
    ]


def _empty(dataset: Dataset) -> list[Finding]:
    empty = [p.stem for p, row in zip(dataset.pairs, dataset.pixels(), strict=True) if not row[1:].any()]
    if not empty:
        return []
    return [
        Finding(
            code="empty-masks",
            level="warning" if len(empty) * 2 > len(dataset.pairs) else "note",
            title=f"{len(empty)} mask{' holds' if len(empty) == 1 else 's hold'} background only",
            advice="Right for frames that show nothing; else their labels were lost.",
            stems=tuple(empty[:MOST_STEMS]),
        )
    ]


def _ignored(dataset: Dataset) -> list[Finding]:
    areas = np.array([np.prod(dataset.size_of(p.stem)) for p in dataset.pairs], np.int64)
    ignored = areas - dataset.pixels().sum(1)
    if not ignored.any():
        return []
    share = ignored / np.maximum(areas, 1)
    order = [i for i in np.argsort(-share, kind="stable") if share[i] > 0][:MOST_STEMS]
    whole = int((ignored == areas).sum())
    nothing = f" {whole} frame{' holds' if whole == 1 else 's hold'} nothing else." if whole else ""
    return [
        Finding(
            code="ignored",
            level="warning" if whole or ignored.sum() > _NOTABLE_IGNORED * areas.sum() else "note",
            title=f"{ignored.sum() / max(int(areas.sum()), 1):.1%} of all pixels are ignored",
            detail=f"In {len(share[share > 0])} of {len(share)} frames; they are not trained on or scored.{nothing}",
            advice="Leave frames out that hold nothing else." if whole else "",
            stems=tuple(dataset.pairs[i].stem for i in order),
        )
    ]
