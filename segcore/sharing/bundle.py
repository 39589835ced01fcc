"""Write a run as one ZIP for another segcore: weights, scores, curves, settings, card; no code, no pictures."""

from __future__ import annotations

import hashlib
import json
import math
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from segcore.access import Action, require
from segcore.errors import BundleError
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import BEST_WEIGHTS
from segcore.runs import Run, RunStore
from segcore.sharing.card import model_card
from segcore.sharing.classes_file import classes_json
from segcore.sharing.facts import IMPORTED_TAG, card_facts
from segcore.sharing.manifest import CURVES, KEPT, MANIFEST, VERSION, Facts, Manifest, is_report

SUFFIX = ".segcore.zip"


@dataclass(frozen=True)
class Bundle:
    """A written bundle: its file, and the names of what is in it."""

    path: Path
    run: str
    files: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON, as `segcore export --format bundle --json` prints it."""
        size = self.path.stat().st_size
        return {"path": str(self.path), "format": "bundle", "run": self.run, "bytes": size, "files": list(self.files)}


def write_bundle(store: RunStore, run: str, out: Path, *, say: Callable[[str], None] = lambda _: None) -> Bundle:
    """Write a run's bundle, whole or not at all.

    Args:
        store: of the run.
        run: id or name of a finished training.
        out: the ZIP; in a folder that is there it is called after the run.
        say: told what is being done.

    Raises:
        RunError, WeightsError: there is no such network, or it is not what was written.
        BundleError: the run is still at work.
    """
    require(Action.EXPORT)
    found = store.get(run)
    if found.state.active:
        raise BundleError(f"{found.name} is {found.state}.", fix="Let it finish, or stop it first.")
    network = TrainedNetwork.of_run(store, found.id)
    target = out / f"{found.name}{SUFFIX}" if out.is_dir() else out
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    say("collecting")
    kept = [name for name in store.files(found.id) if name in KEPT or is_report(name)]
    texts = _texts(store, found, network)
    try:
        say("packing")
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            hashes = {name: _add(archive, name, store.file(found.id, name)) for name in kept}
            for name, text in texts.items():
                archive.writestr(name, text)
                hashes[name] = hashlib.sha256(text.encode()).hexdigest()
            if hashes[BEST_WEIGHTS] != network.sha256:
                raise BundleError(f"{BEST_WEIGHTS} changed while it was packed.", fix="Try again.")
            archive.writestr(MANIFEST, _manifest(found, hashes).model_dump_json(indent=1))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return Bundle(target, found.id, tuple(sorted([*hashes, MANIFEST])))


def _texts(store: RunStore, run: Run, network: TrainedNetwork) -> dict[str, str]:
    """Files that are made for the bundle."""
    return {
        "config.json": json.dumps(store.config(run.id), ensure_ascii=False, indent=1),
        CURVES: json.dumps(_curves(store, run)),
        "classes.json": classes_json(network.spec.classes),
        "model_card.md": model_card(card_facts(store, run, network)),
    }


def _curves(store: RunStore, run: Run) -> dict[str, list[tuple[int, int, float]]]:
    return {
        key: [(p.step, round(p.time * 1000), p.value) for p in store.history(run.id, key) if math.isfinite(p.value)]
        for key in sorted(run.metrics)
    }


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Add a file as it is; its SHA-256 as it was read."""
    digest = hashlib.sha256()
    kind = zipfile.ZIP_STORED if path.suffix == ".npz" else zipfile.ZIP_DEFLATED
    entry = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
    entry.compress_type = kind
    entry.external_attr = 0o644 << 16
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
        while block := source.read(1 << 20):
            digest.update(block)
            sink.write(block)
    return digest.hexdigest()


def _manifest(run: Run, hashes: dict[str, str]) -> Manifest:
    told = {key.removeprefix("segcore."): value for key, value in run.tags.items() if key.startswith("segcore.")}
    told["imported_from"] = run.tags.get(IMPORTED_TAG, "")
    return Manifest(
        format="segcore-bundle",
        version=VERSION,
        name=run.name,
        run=run.id,
        dataset=run.dataset or "",
        started=_ms(run.started),
        ended=_ms(run.ended),
        facts=Facts.model_validate({k: v for k, v in told.items() if k in Facts.model_fields}),
        files=hashes,
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
