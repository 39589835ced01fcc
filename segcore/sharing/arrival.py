"""Take a bundle of another segcore in: everything is checked first, then it becomes a finished run, or nothing does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segcore.access import Action, require
from segcore.archive import unpack
from segcore.datasets.store import DatasetStore
from segcore.errors import BundleError, SegcoreError
from segcore.evaluation.report import Report
from segcore.models.spec import SHA256_TAG
from segcore.models.weights import sha256_of
from segcore.runs import MetricPoint, Run, RunStore
from segcore.runs.records import ENDED, STARTED
from segcore.sharing.contents import LIMITS, Contents, read_contents
from segcore.sharing.facts import IMPORTED_TAG
from segcore.sharing.manifest import KEPT
from segcore.temporary import passing
from segcore.training.config import as_params

BUNDLE_TAG = "segcore.bundle_sha256"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Arrival:
    """A run that came in a bundle.

    Attributes:
        run: its fresh id here.
        source: its id where it came from.
        dataset_here: whether the dataset it learned from is here: "same", "other" (same name,
            other content), "missing".
    """

    run: str
    name: str
    source: str
    dataset: str
    dataset_here: str
    miou: float | None

    def as_dict(self) -> dict[str, Any]:
        """For JSON, as `segcore import-run --json` prints it."""
        return {
            "run": self.run,
            "name": self.name,
            "imported_from": self.source,
            "dataset": self.dataset,
            "dataset_here": self.dataset_here,
            "miou": self.miou,
        }

    def told(self) -> str:
        """What can be done with it, a sentence."""
        if self.dataset_here == "same":
            return f"ready; its dataset {self.dataset} is here too."
        if self.dataset_here == "other":
            return (
                f"ready for videos; the dataset {self.dataset} of this machine is not the one that it learned from, "
                "so scores on it may flatter the network."
            )
        return f"ready for videos and further training; its dataset {self.dataset} is not here."


def import_bundle(store: RunStore, file: Path, name: str | None = None, *, say: Say = lambda _: None) -> Arrival:
    """Import a bundle as a finished run with an id of its own.

    Args:
        store: that takes the run.
        file: what `write_bundle` wrote, or what claims to be that.
        name: of the new run; None: as in the bundle. A number is added where it is taken.
        say: told what is being done.

    Raises:
        UnsafeArchive: the archive must not be unpacked.
        BundleError, WeightsError: what is in it is not a network that segcore can use; nothing was kept.
        AccessError: whoever asks may bring none in.
    """
    require(Action.IMPORT_RUN)
    if not file.is_file():
        raise BundleError(f"{file}: there is no such file.", fix="Check the path.")
    scratch_root = store.settings.home / "uploads"
    scratch_root.mkdir(parents=True, exist_ok=True)
    with passing("bundle", scratch_root) as folder:
        say("unpacking")
        unpack(file, folder, LIMITS)
        say("checking its files")
        contents = read_contents(folder)
        say("building the network")
        contents.network.build()
        say("keeping the run")
        run = _keep(store, contents, name, sha256_of(file))
    manifest = contents.manifest
    here = _dataset_here(store, manifest.dataset, manifest.facts.dataset_hash)
    return Arrival(run.id, run.name, manifest.run, manifest.dataset, here, manifest.facts.best_miou)


def _keep(store: RunStore, contents: Contents, name: str | None, bundle_sha256: str) -> Run:
    manifest, config = contents.manifest, contents.config
    made = store.create(
        "train",
        config=config.model_dump(mode="json"),
        name=name or manifest.name,
        dataset=manifest.dataset or None,
        params=as_params(config),
    )
    try:
        with store.writer(made.id) as writer:
            for file in manifest.files:
                if file in KEPT:
                    writer.put_file(file, contents.folder / file)
            for file, report in contents.reports.items():
                writer.put_file(file, of_run(report, made).model_dump_json().encode())
            points = [(key, MetricPoint(*p)) for key, series in contents.curves.items() for p in series]
            store.write_batch(made.id, points, tags=_tags(contents, bundle_sha256))
        times = {STARTED: manifest.started, ENDED: manifest.ended}
        store.set_tags(made.id, {key: str(value) for key, value in times.items() if value})
    except BaseException:
        _take_back(store, made.id)
        raise
    return store.get(made.id)


def of_run(report: Report, run: Run) -> Report:
    """A report as that of a run here: the pictures that it names stayed behind."""
    images = tuple(image.model_copy(update={"picture": "", "run": ""}) for image in report.images)
    subject = report.subject.model_copy(update={"run": run.id, "name": run.name})
    return report.model_copy(update={"subject": subject, "images": images, "parts": ()})


def _take_back(store: RunStore, run_id: str) -> None:
    try:
        store.discard(run_id)
    except SegcoreError:  # the error that brought us here says more
        return


def _tags(contents: Contents, bundle_sha256: str) -> dict[str, str]:
    manifest = contents.manifest
    came_from = f"{manifest.run} {manifest.facts.imported_from}".strip()
    return manifest.facts.as_tags() | {
        IMPORTED_TAG: came_from,
        BUNDLE_TAG: bundle_sha256,
        SHA256_TAG: contents.network.sha256,
    }


def _dataset_here(store: RunStore, name: str, content_hash: str) -> str:
    try:
        dataset = DatasetStore(store.settings).open(name)
    except SegcoreError:
        return "missing"
    return "same" if dataset.content_hash == content_hash else "other"
