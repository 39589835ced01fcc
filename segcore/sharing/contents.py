"""What is in an unpacked bundle, checked file by file: nothing of it is believed before its hash and form are right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from segcore.archive import Limits
from segcore.errors import BundleError, SegcoreError
from segcore.evaluation.metrics import Evaluation
from segcore.evaluation.report import Report, read_report
from segcore.inference.network import TrainedNetwork
from segcore.models.registry import architecture
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, ModelSpec
from segcore.models.weights import sha256_of
from segcore.runs.waiting import checked_metric
from segcore.sharing.arrays_check import check_arrays
from segcore.sharing.manifest import CURVES, MANIFEST, NEEDED, Manifest, fault, is_report, may_hold, read_manifest
from segcore.training.config import TrainConfig

LIMITS = Limits(entries=200, total_bytes=4 << 30, entry_bytes=3 << 30, archive_bytes=4 << 30)
DOCUMENT_BYTES = 128 << 20
"""Largest JSON file of a bundle; 100 000 steps of ten curves take about 40 MB."""

Curves = dict[str, list[tuple[int, int, float]]]
_CURVES = TypeAdapter(Curves)
_SPLIT = TypeAdapter(dict[str, list[str]])


@dataclass(frozen=True)
class Contents:
    """A bundle that may be taken in.

    Attributes:
        folder: where its files lie.
        network: not built yet; its weights fit their hash.
        curves: metric → (step, seconds since the epoch, value).
        reports: of evaluations, by file.
    """

    folder: Path
    manifest: Manifest
    network: TrainedNetwork
    config: TrainConfig
    curves: Mapping[str, Sequence[tuple[int, float, float]]]
    reports: Mapping[str, Report]


def read_contents(folder: Path) -> Contents:
    """Check everything in an unpacked bundle.

    Raises:
        BundleError, WeightsError: a file is missing, too many, changed, or not what it should be.
    """
    manifest = _manifest(folder)
    _check_files(folder, manifest)
    spec = _spec(folder)
    check_arrays(folder / BEST_WEIGHTS)
    _check_evaluation(folder, spec)
    _check_split(folder)
    network = TrainedNetwork(spec, folder / BEST_WEIGHTS, manifest.files[BEST_WEIGHTS])
    return Contents(folder, manifest, network, _config(folder), _curves(folder), _reports(folder, manifest, spec))


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(
            f"There is no {MANIFEST} in the archive: it is not a bundle.",
            fix="Make one with: segcore export RUN --format bundle --out FILE.",
        )
    return read_manifest(_document(path))


def _check_files(folder: Path, manifest: Manifest) -> None:
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {MANIFEST}
    for name in sorted(found | set(manifest.files)):
        if not may_hold(name):
            raise BundleError(f"{name}: no file of a bundle.", fix="Export the bundle again; it holds no other files.")
        if name not in found or name not in manifest.files:
            where = "the archive" if name not in found else MANIFEST
            raise BundleError(f"{name} is missing in {where}.", fix="Export the bundle again.")
        if sha256_of(folder / name) != manifest.files[name]:
            raise BundleError(
                f"{name} is not the file that was packed (its SHA-256 differs).", fix="Copy or export it again."
            )
    for name in NEEDED:
        if name not in found:
            raise BundleError(f"{name} is missing in the bundle.", fix="Export the bundle again.")


def _document(path: Path) -> bytes:
    if path.stat().st_size > DOCUMENT_BYTES:
        raise BundleError(f"{path.name}: larger than {DOCUMENT_BYTES >> 20} MB.", fix="Export the bundle again.")
    return path.read_bytes()


def _spec(folder: Path) -> ModelSpec:
    try:
        spec = ModelSpec.model_validate_json(_document(folder / MODEL_FILE))
        architecture(spec.architecture)
    except (ValidationError, SegcoreError) as error:
        raise BundleError(
            f"{MODEL_FILE}: this segcore cannot build the network ({fault(error)}).", fix="Update segcore."
        ) from error
    return spec


def _config(folder: Path) -> TrainConfig:
    try:
        return TrainConfig.model_validate_json(_document(folder / "config.json"))
    except ValidationError as error:
        raise BundleError(f"config.json: {fault(error)}.", fix="Is the bundle of a newer segcore? Update.") from error


def _curves(folder: Path) -> dict[str, list[tuple[int, float, float]]]:
    if not (folder / CURVES).is_file():
        return {}
    try:
        curves = _CURVES.validate_json(_document(folder / CURVES))
    except ValidationError as error:
        raise BundleError(f"{CURVES}: {fault(error)}.", fix="Export the bundle again.") from error
    for key, series in curves.items():
        checked_metric(key)
        if not all(math.isfinite(value) and 0 <= step < 2**53 and 0 <= ms < 2**43 for step, ms, value in series):
            raise BundleError(f"{CURVES}: {key} has values out of range.", fix="Export the bundle again.")
    return {key: [(step, ms / 1000, value) for step, ms, value in series] for key, series in curves.items()}


def _check_evaluation(folder: Path, spec: ModelSpec) -> None:
    """Scores must be those of this network's classes."""
    path = folder / "evaluation.json"
    if not path.is_file():
        return
    scored = _parsed(path, Evaluation.from_json)
    count = len(spec.classes)
    if (
        list(scored.names) != spec.classes.names
        or scored.confusion.shape != (count, count)
        or scored.confusion.min() < 0
    ):
        raise BundleError(f"{path.name}: not the scores of this network's classes.", fix="Export the bundle again.")


def _check_split(folder: Path) -> None:
    if (folder / "split.json").is_file():
        _parsed(folder / "split.json", _SPLIT.validate_python)


def _reports(folder: Path, manifest: Manifest, spec: ModelSpec) -> dict[str, Report]:
    """Reports of this network's classes; of those of another version of segcore none: they are made anew."""
    found = {name: read_report(_document(folder / name)) for name in manifest.files if is_report(name)}
    for name, report in found.items():
        count = len(spec.classes)
        if report and (report.classes != spec.classes or report.matrix().shape != (count, count)):
            raise BundleError(f"{name}: not the scores of this network's classes.", fix="Export the bundle again.")
    return {name: report for name, report in found.items() if report}


def _parsed(path: Path, read: Any) -> Any:
    """A JSON document, read by `read`; whatever is wrong with it becomes one error."""
    try:
        return read(json.loads(_document(path)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        if isinstance(error, BundleError):
            raise
        raise BundleError(f"{path.name} cannot be read: {fault(error)}.", fix="Export the bundle again.") from error
