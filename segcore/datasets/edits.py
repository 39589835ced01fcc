"""What can be changed in a dataset of the store: its classes and its split. Images and masks stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from segcore.access import Action, require
from segcore.classes import ClassTable
from segcore.datasets.class_history import past_mappings, remember
from segcore.datasets.dataset import Dataset, Pair, Split
from segcore.datasets.facts import measure
from segcore.datasets.health import read_report, write_report
from segcore.datasets.health.finding import Finding
from segcore.datasets.images import read_image, read_index_mask
from segcore.datasets.manifest import read_record, write_description, write_record
from segcore.datasets.mapping import ClassMapping, caught_up
from segcore.datasets.parallel import in_order
from segcore.datasets.splits import k_folds, propose_split
from segcore.datasets.splits.choice import FEWEST_GROUPS
from segcore.datasets.splits.groups import group_by_pattern
from segcore.datasets.stages import Progress, enter
from segcore.datasets.staging import alone
from segcore.errors import DatasetError


class DatasetEdits:
    """The part of a store that changes datasets."""

    def open(self, name: str) -> Dataset:
        """Open a dataset."""
        raise NotImplementedError

    def _folder(self, name: str) -> Path:
        """Where a dataset lies; DatasetNotFound where there is none."""
        raise NotImplementedError

    def _changed(self, name: str) -> Path:
        """Where a dataset lies that whoever asks may change; AccessError where they may not."""
        require(Action.EDIT_DATASET)
        return self._folder(name)

    def set_mapping(self, name: str, mapping: ClassMapping) -> None:
        """Change what the labels of the mask files mean; it can be taken back.

        Raises:
            DatasetError: the mapping is not for this dataset's labels, or leaves no class.
        """
        with alone(self._changed(name)):
            dataset = self.open(name)
            if mapping == dataset.mapping:
                return
            if not len(mapping.classes):
                raise DatasetError("The change leaves no class.", fix="Keep at least one class.")
            labels = len(dataset.mapping.target)
            if len(mapping.target) < labels:
                raise DatasetError(f"The class mapping has {len(mapping.target)} rows, the dataset {labels} labels.")
            remember(dataset.root, [*past_mappings(dataset.root), dataset.mapping])
            _write_mapping(dataset, mapping)
        write_report(dataset.root)

    def set_classes(self, name: str, classes: ClassTable) -> None:
        """Rename and recolour classes; it can be taken back.

        Raises:
            DatasetError: fewer classes than the masks hold.
        """
        mapping = self.open(name).mapping
        used = max((t for t in mapping.target if t < len(mapping.classes)), default=0)
        if used >= len(classes):
            raise DatasetError(
                f"The masks use label {used}, but there are {len(classes)} classes.",
                fix="Name every class; merge those that are not wanted or leave them out.",
            )
        target = mapping.target if mapping.moves else tuple(range(len(classes)))
        self.set_mapping(name, ClassMapping(classes=classes, target=target))

    def undo_classes(self, name: str) -> bool:
        """Take the last change of classes back.

        Returns:
            Whether there was one.
        """
        with alone(self._changed(name)):
            dataset = self.open(name)
            before = past_mappings(dataset.root)
            if not before:
                return False
            _write_mapping(dataset, caught_up(before[-1], dataset.mapping))
            remember(dataset.root, before[:-1])
        write_report(dataset.root)
        return True

    def can_undo(self, name: str) -> int:
        """How many changes of classes can be taken back."""
        return len(past_mappings(self._folder(name)))

    def set_split(self, name: str, split: Split) -> None:
        """Replace the split.

        Raises:
            DatasetError: a side is empty, a frame is on both sides, or unknown.
        """
        with alone(self._changed(name)):
            dataset = self.open(name)
            train, val, out = set(split.train), set(split.val), set(split.left_out)
            unknown = sorted((train | val | out) - {pair.stem for pair in dataset.pairs})
            if unknown or train & val or (train | val) & out or not train or not val:
                what = f"unknown frames {', '.join(unknown[:3])}" if unknown else "an empty side or a frame on both"
                raise DatasetError(f"The split has {what}.", fix="Put each frame on one side, and some on each.")
            _write(dataset, split, dataset.groups)
        write_report(dataset.root)

    def split_again(
        self,
        name: str,
        *,
        val_share: float = 0.2,
        seed: int = 0,
        block: int | None = None,
        gap: int | None = None,
        groups_pattern: str | None = None,
        fold: tuple[int, int] | None = None,
    ) -> Split:
        """Split a dataset anew, and keep the split.

        Args:
            name: the dataset.
            val_share: the wanted share of validation frames, in (0, 1); not for folds.
            seed: another seed, another of the equally good splits.
            block: the least run of neighbours that stays on one side; None: chosen.
            gap: frames left out between the sides; None: chosen.
            groups_pattern: a regular expression; frames whose match (its first bracket) is the same stay together.
                It is kept with the dataset; "" forgets the groups, None leaves them.
            fold: (which one, of how many), from 1: the dataset is cut into folds, this one is scored.

        Returns:
            The split as it is kept now.

        Raises:
            DatasetError: an option is out of its range, or no frame would be left to train on.
        """
        with alone(self._changed(name)):
            dataset = self.open(name)
            groups = dataset.groups if groups_pattern is None else _groups(dataset, groups_pattern)
            shared: dict[str, Any] = {"seed": seed, "block": block, "gap": gap, "groups": groups}
            fewest = 2 if groups_pattern else FEWEST_GROUPS
            split = _made(dataset, val_share, fewest, fold, shared | {"looks": _looks(dataset)})
            _write(dataset, split, groups)
        write_report(dataset.root)
        return split

    def health(self, name: str) -> list[Finding]:
        """The dataset's health report; written anew where it is older than the dataset."""
        return read_report(self._folder(name))

    def measure(self, name: str, on_progress: Progress | None = None) -> list[Finding]:
        """Measure all frames anew (datasets of older imports lack facts), and write the health report.

        Raises:
            DatasetError: a file of the dataset is damaged.
        """
        self._changed(name)
        dataset = self.open(name)
        enter(on_progress, "measuring frames")
        found: dict[str, dict[str, Any]] = {}
        for stem, facts in in_order(_measured, dataset.pairs):
            found[stem] = facts
            if on_progress:
                on_progress(len(found), len(dataset.pairs))
        with alone(dataset.root):
            record = read_record(dataset.root)
            for stem in record["frames"].keys() & found.keys():
                record["frames"][stem] |= found[stem]
            write_record(dataset.root, record)
        return write_report(dataset.root)


def _measured(pair: Pair) -> tuple[str, dict[str, Any]]:
    return pair.stem, measure(read_image(pair.image), read_index_mask(pair.mask), pair.image)


def _made(
    dataset: Dataset, val_share: float, fewest: int, fold: tuple[int, int] | None, shared: dict[str, Any]
) -> Split:
    stems = [pair.stem for pair in dataset.pairs]
    if fold is None:
        return propose_split(stems, dataset.pixels(), val_share=val_share, fewest_groups=fewest, **shared)
    folds = k_folds(stems, dataset.pixels(), fold[1], **shared)
    if not 1 <= fold[0] <= len(folds):
        raise DatasetError(f"Expected a fold from 1 to {len(folds)}. Received: {fold[0]}.")
    return folds[fold[0] - 1]


def _write_mapping(dataset: Dataset, mapping: ClassMapping) -> None:
    """Where labels stay as they are, the mask files' own names and colours are changed, for other programs to see."""
    stored = dataset.stored_classes if mapping.moves else mapping.classes
    write_description(dataset.root, stored, dataset.split, dataset.pairs, mapping=mapping, groups=dataset.groups)


def _write(dataset: Dataset, split: Split, groups: Mapping[str, str]) -> None:
    write_description(
        dataset.root, dataset.stored_classes, split, dataset.pairs, mapping=dataset.mapping, groups=groups
    )


def _groups(dataset: Dataset, pattern: str) -> dict[str, str]:
    """Groups by a pattern that finds two or more; none for an empty pattern."""
    groups = group_by_pattern([pair.stem for pair in dataset.pairs], pattern) if pattern else {}
    if len(set(groups.values())) == 1:
        raise DatasetError(
            f"The pattern {pattern!r} finds one group: {next(iter(groups.values()))!r}.",
            fix="Choose a pattern that differs from video to video.",
        )
    return groups


def _looks(dataset: Dataset) -> dict[str, str]:
    """stem → perceptual hash, as far as it was measured."""
    frames = dataset.source["frames"]
    return {pair.stem: frames[pair.stem]["phash"] for pair in dataset.pairs if "phash" in frames[pair.stem]}
