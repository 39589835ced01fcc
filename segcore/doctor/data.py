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
            listed = ", ".join(bad[:3]) + (f" and {len(bad) - 3} more" if len(bad) > 3 else "")
            faults.append(f"{name}: {listed} missing or not what was imported")
    if faults:
        return [fail("Datasets", "; ".join(faults), "Restore them from a backup, or delete and import them again.")]
    if not names:
        return [ok("Datasets", "none yet")]
    return [ok("Datasets", f"{len(names)} can be read; {compared} pictures are what was imported")]


def changed(dataset: Dataset) -> tuple[list[str], int]:
    """(files that are missing, or differ; pictures looked at): all must be there, a sample spread over all is read."""
    frames = dataset.source.get("frames", {})
    bad = [file.name for pair in dataset.pairs for file in (pair.image, pair.mask) if not file.is_file()]
    pairs = dataset.pairs[:: max(1, len(dataset.pairs) // SAMPLE)][:SAMPLE]
    for pair in pairs:
        known = frames.get(pair.stem, {}).get("sha256")
        if known and pair.image.is_file() and hashlib.sha256(pair.image.read_bytes()).hexdigest() != known:
            bad.append(pair.image.name)
    return bad, len(pairs)
