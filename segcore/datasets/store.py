"""The datasets of one installation: SEGCORE_HOME/datasets/<name>/{images,masks,dataset.yaml}."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from segcore.datasets.adding import add_frames
from segcore.datasets.archive import unpacked
from segcore.datasets.dataset import Dataset, ImportReport, Pair, Part, Problem, Split
from segcore.datasets.drafts import Drafts
from segcore.datasets.edits import DatasetEdits
from segcore.datasets.exporting import write_zip
from segcore.datasets.formats import Progress, choose_reader
from segcore.datasets.importing import build
from segcore.datasets.manifest import read_dataset, read_report
from segcore.datasets.repairs import Repairs
from segcore.datasets.staging import alone, publish, staging
from segcore.datasets.tally import in_words
from segcore.errors import DatasetError, DatasetExists, DatasetNotFound
from segcore.settings import Settings

__all__ = ["Dataset", "DatasetStore", "ImportReport", "Pair", "Part", "Problem", "Split"]

SAMPLE = "sample-scene"


class DatasetStore(DatasetEdits):
    """Imports, opens, changes and exports datasets; safe to use from several processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.datasets_dir

    def names(self) -> list[str]:
        """Names of all datasets, sorted."""
        if not self.root.is_dir():
            return []
        return sorted(p.name for p in self.root.iterdir() if not p.name.startswith(".") and self.exists(p.name))

    def exists(self, name: str) -> bool:
        """Whether there is a dataset of this name."""
        return _is_name(name) and (self.root / name / "dataset.yaml").is_file()

    def open(self, name: str) -> Dataset:
        """Open a dataset.

        Raises:
            DatasetNotFound: no dataset of this name.
            DatasetError: its files are damaged.
        """
        return read_dataset(self._folder(name))

    def report(self, name: str) -> ImportReport:
        """What its import reported: problems, format, evidence."""
        return read_report(self._folder(name))

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
        """
        self._check_free(name)
        source = Path(path).expanduser()
        if not source.exists():
            raise DatasetError(f"No such file or folder: {source}.", fix="Check the path.")
        repairs = repairs or Repairs()
        with staging(self.root) as work:
            source = unpacked(source, work, on_progress)
            reading = choose_reader(source, format).read(source, repairs, on_progress)
            build(reading, source, work / "dataset", repairs=repairs, strict=strict, on_progress=on_progress)
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
            replace: frames of the same name take the place of those that are there.
            strict: files that cannot be used are an error.
            on_progress: called with (done, in all), stage by stage.

        Returns:
            The dataset as it is now, with the problems of this addition, and how many frames were `added`.

        Raises:
            DatasetNotFound: no such dataset.
            DatasetError: nothing can be added; the dataset is as it was.
        """
        folder = self._folder(name)
        source = Path(path).expanduser()
        if not source.exists():
            raise DatasetError(f"No such file or folder: {source}.", fix="Check the path.")
        repairs = repairs or Repairs()
        with staging(self.root) as work:
            source = unpacked(source, work, on_progress)
            reading = choose_reader(source, format).read(source, repairs, on_progress)
            with alone(folder):
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

    def import_sample(self, name: str = SAMPLE, on_progress: Progress | None = None) -> ImportReport:
        """Draw the sample scene's labelled frames and import them."""
        from segcore.datasets.sample_scene import write_labelled_frames

        self._check_free(name)
        with staging(self.root) as work:
            write_labelled_frames(work / "drawn", on_progress)
            return self.import_path(work / "drawn", name, strict=True, on_progress=on_progress)

    def sample_video(self, on_progress: Progress | None = None) -> Path:
        """The sample scene's video; made on the first call, then kept in SEGCORE_HOME/samples."""
        folder = self.settings.home / "samples"
        target = folder / f"{SAMPLE}.mp4"
        if not target.is_file():
            from segcore.datasets.sample_video import write_video

            with staging(folder) as work:
                write_video(work / target.name, on_progress)
                (work / target.name).replace(target)
        return target

    def delete(self, name: str) -> None:
        """Delete a dataset; it vanishes in one step."""
        folder = self._folder(name)
        with staging(self.root) as work:
            folder.rename(work / "deleted")

    def export(
        self, name: str, out: Path, format: str = "folders", on_progress: Progress | None = None
    ) -> tuple[Path, tuple[str, ...]]:
        """Write a ZIP in one of the formats; importing it gives the same content, as far as the format can hold it.

        Args:
            name: the dataset.
            out: the ZIP to write; for a folder, `<name>.zip` inside it.
            format: a writer's name.
            on_progress: called with (frames written, frames in all).

        Returns:
            The ZIP, and what the format could not hold, in words.
        """
        return write_zip(self.open(name), out, format, on_progress)

    def _folder(self, name: str) -> Path:
        if not self.exists(name):
            known = ", ".join(self.names()) or "none"
            raise DatasetNotFound(f"No dataset {name!r}.", fix=f"There are: {known}.")
        return self.root / name

    def _check_free(self, name: str) -> None:
        if not _is_name(name):
            raise DatasetError(
                f"{name!r} cannot be a dataset's name.",
                fix="Use 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit.",
            )
        if (self.root / name).exists():
            raise DatasetExists(f"There is a dataset {name!r} already.", fix="Choose another name or delete that one.")


def _is_name(name: str) -> bool:
    return bool(re.fullmatch(r"[^\W_][\w.-]{0,63}", name)) and not name.endswith(".")
