"""Datasets: can their manifests be read, and are some of their pictures still what was imported?"""

from __future__ import annotations

import hashlib
import time

from segcore.datasets.dataset import Dataset
from segcore.datasets.store import DatasetStore
from segcore.doctor.check import Check, fail, ok
from segcore.errors import DatasetError
from segcore.settings import Settings

SAMPLE = 8
"""Pictures of each dataset that are compared."""
_LIMIT_S = 5.0


def look(settings: Settings) -> list[Check]:
    """Every manifest; pictures for as long as there is time."""
    store, faults, compared = DatasetStore(settings), [], 0
    until = time.monotonic() + _LIMIT_S
    names = store.names()
    for name in names:
        try:
            dataset = store.open(name)
        except DatasetError as error:
            faults.append(f"{name}: {error.message}")
            continue
        bad, seen = changed(dataset) if time.monotonic() < until else ([], 0)
        compared += seen
        if bad:
            faults.append(f"{name}: {', '.join(bad)} missing or not what was imported")
    if faults:
        return [fail("Datasets", "; ".join(faults), "Restore them from a backup, or delete and import them again.")]
    if not names:
        return [ok("Datasets", "none yet")]
    return [ok("Datasets", f"{len(names)} can be read; {compared} pictures are what was imported")]


def changed(dataset: Dataset) -> tuple[list[str], int]:
    """(file names that are missing or differ, pictures looked at), of a sample spread over the dataset."""
    frames = dataset.source.get("frames", {})
    pairs = dataset.pairs[:: max(1, len(dataset.pairs) // SAMPLE)][:SAMPLE]
    bad = []
    for pair in pairs:
        known = frames.get(pair.stem, {}).get("sha256")
        if not pair.image.is_file() or not pair.mask.is_file():
            bad.append(pair.stem)
        elif known and hashlib.sha256(pair.image.read_bytes()).hexdigest() != known:
            bad.append(pair.image.name)
    return bad, len(pairs)
