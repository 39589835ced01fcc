"""How labelled frames come into the store: from a folder, a ZIP, a draft, the sample scene – and into a dataset."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from segcore.access import Action, require
from segcore.datasets.adding import Added, add_frames
from segcore.datasets.dataset import Dataset, ImportReport
from segcore.datasets.drafts import Drafts
from segcore.datasets.formats import Progress, Reading, choose_reader
from segcore.datasets.images_beside import with_images
from segcore.datasets.importing import build
from segcore.datasets.repairs import Repairs
from segcore.datasets.staging import publish, staging
from segcore.datasets.tally import in_words
from segcore.datasets.unpacked import unpacked
from segcore.errors import DatasetError
from segcore.settings import Settings

SAMPLE = "sample-scene"


class DatasetIntake:
    """The part of a store that takes frames in; all or nothing, always."""

    settings: Settings
    root: Path

    def open(self, name: str) -> Dataset:
        """Open a dataset."""
        raise NotImplementedError

    def report(self, name: str) -> ImportReport:
        """What its import reported."""
        raise NotImplementedError

    def _folder(self, name: str) -> Path:
        raise NotImplementedError

    def _check_free(self, name: str) -> None:
        raise NotImplementedError

    def import_path(
        self,
        path: Path | str,
        name: str,
        *,
        format: str | None = None,
        strict: bool = False,
        repairs: Repairs | None = None,
        on_progress: Progress | None = None,
    ) -> ImportReport:
        """Import a folder or a ZIP; all or nothing.

        Args:
            path: a folder, or a ZIP archive.
            name: letters, digits, `.`, `_`, `-`.
            format: a reader's name; None: recognised.
            repairs: what may be mended; None: nothing.
            strict: files that cannot be used are an error instead of entries of the report.
            on_progress: called with (done, in all); first for looking at masks, then for converting pairs.

        Raises:
            DatasetExists: the name is taken.
            DatasetError: nothing usable, an unsafe archive, an unknown layout; nothing is left behind.
            AccessError: whoever asks may add none.
        """
        require(Action.ADD_DATASET)
        self._check_free(name)
        source = _existing(path)
        repairs = repairs or Repairs()
        with staging(self.root) as work:
            source = unpacked(source, work, on_progress)
            reading = choose_reader(source, format).read(source, repairs, on_progress)
            build(reading, source, work / "dataset", repairs=repairs, strict=strict, on_progress=on_progress)
            publish(work / "dataset", self.root / name)
        return self.report(name)

    def import_reading(
        self, name: str, reading: Reading, source: Path, on_progress: Progress | None = None
    ) -> ImportReport:
        """Import frames that segcore itself has found; all or nothing. Arguments and errors as of `import_path`."""
        require(Action.ADD_DATASET)
        self._check_free(name)
        with staging(self.root) as work:
            build(reading, source, work / "dataset", on_progress=on_progress)
            publish(work / "dataset", self.root / name)
        return self.report(name)

    def import_draft(
        self,
        draft_id: str,
        name: str,
        repairs: Repairs | None = None,
        *,
        strict: bool = False,
        on_progress: Progress | None = None,
    ) -> ImportReport:
        """Import what a draft shows, then discard the draft; all or nothing.

        Args:
            draft_id: see `Drafts`.
            name: as for `import_path`.
            repairs: what may be mended, and the classes as the user changed them; None: the draft's own.
            strict: as for `import_path`.
            on_progress: as for `import_path`.

        Raises:
            DatasetNotFound: no such draft.
            DatasetError: as `import_path`; the draft stays.
        """
        require(Action.ADD_DATASET)
        drafts = Drafts(self.settings)
        draft = drafts.open(draft_id)
        if draft.format is None:
            formats = ", ".join(c.format for c in draft.candidates)
            raise DatasetError(f"{draft.filename} can be read in several ways: {formats}.", fix="Choose one first.")
        report = self.import_path(
            drafts.source(draft_id),
            name,
            format=draft.format,
            strict=strict,
            repairs=repairs if repairs is not None else draft.repairs,
            on_progress=on_progress,
        )
        drafts.discard(draft_id)
        return report

    def add(
        self,
        name: str,
        path: Path | str,
        *,
        format: str | None = None,
        repairs: Repairs | None = None,
        images: Path | str | None = None,
        replace: bool = False,
        strict: bool = False,
        on_progress: Progress | None = None,
    ) -> ImportReport:
        """Take further labelled frames into a dataset; all or nothing.

        Classes go by their names; new names come to the dataset's classes. New frames join the split so that
        nothing leaks.

        Args:
            name: the dataset.
            path: a folder, or a ZIP archive.
            format: a reader's name; None: recognised.
            repairs: what may be mended; None: nothing.
            images: where the images are if `path` holds masks only: a folder, or a ZIP such as the task that was
                labelled.
            replace: frames of the same name take the place of those that are there.
            strict: files that cannot be used are an error.
            on_progress: called with (done, in all), stage by stage.

        Returns:
            The dataset as it is now, with the problems of this addition, and how many frames were `added`.

        Raises:
            DatasetNotFound: no such dataset.
            DatasetError: nothing can be added; the dataset is as it was.
            AccessError: whoever asks may not change it.
        """
        require(Action.EDIT_DATASET)
        self._folder(name)
        source = _existing(path)
        repairs = repairs or Repairs()
        with staging(self.root) as work:
            source = unpacked(source, work, on_progress)
            if images is not None:
                (work / "with").mkdir()
                source = with_images(source, _existing(images), work / "with", on_progress)
            reading = choose_reader(source, format).read(source, repairs, on_progress)
            added = add_frames(
                self.open(name),
                reading,
                source,
                work / "frames",
                repairs=repairs,
                replace=replace,
                strict=strict,
                on_progress=on_progress,
            )
        return dataclasses.replace(
            self.report(name),
            problems=added.problems,
            format=reading.format,
            evidence=reading.evidence,
            repaired=in_words(added.repaired),
            added=len(added.new) + len(added.replaced),
        )

    def add_reading(self, name: str, reading: Reading, source: Path, on_progress: Progress | None = None) -> Added:
        """Take frames that segcore itself has found into a dataset, instead of those of the same names; all or nothing.

        Args:
            name: the dataset.
            reading: the frames.
            source: the root that problems are named relative to.
            on_progress: called with (done, in all).

        Raises:
            DatasetNotFound, DatasetError, AccessError: as of `add`.
        """
        require(Action.EDIT_DATASET)
        self._folder(name)
        with staging(self.root) as work:
            return add_frames(
                self.open(name),
                reading,
                source,
                work / "frames",
                repairs=Repairs(),
                replace=True,
                on_progress=on_progress,
            )

    def import_sample(self, name: str = SAMPLE, on_progress: Progress | None = None) -> ImportReport:
        """Draw the sample scene's labelled frames and import them."""
        from segcore.datasets.sample.scene import write_labelled_frames

        require(Action.ADD_DATASET)
        self._check_free(name)
        with staging(self.root) as work:
            write_labelled_frames(work / "drawn", on_progress)
            return self.import_path(work / "drawn", name, strict=True, on_progress=on_progress)


def _existing(path: Path | str) -> Path:
    source = Path(path).expanduser()
    if not source.exists():
        raise DatasetError(f"No such file or folder: {source}.", fix="Check the path.")
    return source
