"""The datasets of one installation: SEGCORE_HOME/datasets/<name>/{images,masks,dataset.yaml}."""

from __future__ import annotations

import re
from pathlib import Path

from segcore.access import Action, require
from segcore.datasets.bin import DatasetBin
from segcore.datasets.dataset import Dataset, ImportReport, Pair, Part, Problem, Split
from segcore.datasets.edits import DatasetEdits
from segcore.datasets.exporting import write_zip
from segcore.datasets.formats import Progress
from segcore.datasets.intake import SAMPLE, DatasetIntake
from segcore.datasets.manifest import read_dataset, read_report
from segcore.datasets.staging import staging
from segcore.errors import DatasetError, DatasetExists, DatasetNotFound
from segcore.settings import Settings

__all__ = ["SAMPLE", "Dataset", "DatasetStore", "ImportReport", "Pair", "Part", "Problem", "Split"]


class DatasetStore(DatasetIntake, DatasetEdits, DatasetBin):
    """Imports, opens, changes and exports datasets; safe to use from several processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.datasets_dir

    def names(self) -> list[str]:
        """Names of all datasets, sorted.

        Raises:
            AccessError: whoever asks may see none.
        """
        require(Action.VIEW)
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
            AccessError: whoever asks may see none.
        """
        return read_dataset(self._folder(name))

    def report(self, name: str) -> ImportReport:
        """What its import reported: problems, format, evidence."""
        return read_report(self._folder(name))

    @property
    def sample_file(self) -> Path:
        """Where `sample_video` keeps it."""
        return self.settings.home / "samples" / f"{SAMPLE}.mp4"

    def sample_video(self, on_progress: Progress | None = None) -> Path:
        """The sample scene's video; made on the first call, then kept in SEGCORE_HOME/samples."""
        target = self.sample_file
        if not target.is_file():
            from segcore.datasets.sample.video import write_video

            with staging(target.parent) as work:
                write_video(work / target.name, on_progress)
                (work / target.name).replace(target)
        return target

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

        Raises:
            AccessError: whoever asks may take nothing along.
        """
        require(Action.EXPORT)
        return write_zip(self.open(name), out, format, on_progress)

    def _folder(self, name: str) -> Path:
        require(Action.VIEW)
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
