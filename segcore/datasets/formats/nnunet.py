"""nnU-Net (version 2), 2-D pictures: imagesTr/<case>_0000.png, labelsTr/<case>.png, dataset.json.

A label called `ignore` is 255 here. The split of splits_final.json, its first fold, is kept where it stands
beside dataset.json.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from segcore.classes import IGNORE, MAX_CLASSES, ClassTable
from segcore.datasets.dataset import Dataset, Problem, read_labels
from segcore.datasets.formats import Progress, Reading
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.formats.paired_masks import Explained, Pairs, read_pairs
from segcore.datasets.formats.sink import Sink
from segcore.datasets.formats.source_files import child, file_in, files_below, homes, keyed, shown
from segcore.datasets.formats.source_text import read_json, read_text
from segcore.datasets.formats.voc.labelmap import LabelMap, is_background
from segcore.datasets.formats.voc.writing import png
from segcore.datasets.images import read_image
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError

_JSON, _SPLITS = "dataset.json", "splits_final.json"
_ENDINGS = (".png", ".bmp", ".tif", ".tiff")
_JSON_BYTES = 64 << 20
_FIX = "Correct dataset.json as nnU-Net describes it: labels: {background: 0, …}."


def _home(root: Path) -> Path | None:
    places = (h for h in homes(root) if child(h, "imagesTr") and child(h, "labelsTr") and file_in(h, _JSON))
    return next(places, None)


class NnUnetReader:
    """Index masks explained by dataset.json."""

    name = "nnunet"
    title = "nnU-Net (2-D pictures)"

    def evidence(self, root: Path) -> str | None:
        """dataset.json beside imagesTr/ and labelsTr/."""
        home = _home(root)
        labels = child(home, "labelsTr") if home else None
        if labels is None:
            return None
        count = sum(1 for p in files_below(labels, (*_ENDINGS, ".gz", ".nii")))
        return f"{_JSON} beside imagesTr/ and labelsTr/ with {count} masks"

    def read(self, root: Path, repairs: Repairs, on_progress: Progress | None = None) -> Reading:
        """Pair cases and explain their labels.

        Raises:
            DatasetError: no such folders, an unusable dataset.json, volumes instead of pictures, or no pair.
        """
        home = _home(root)
        file = file_in(home, _JSON) if home else None
        if home is None or file is None:
            raise DatasetError(
                "No dataset.json beside imagesTr and labelsTr.", fix="Choose the folder DatasetXXX_Name of nnUNet_raw."
            )
        data = read_json(file, _JSON_BYTES)
        ending = str(data.get("file_ending", ".png"))
        if ending.lower() not in _ENDINGS:
            raise DatasetError(
                f"{_JSON}: file_ending {ending[:20]!r} are volumes, expected 2-D pictures ({', '.join(_ENDINGS)}).",
                fix="Export the slices as PNG.",
            )
        labels = _labels_of(data)
        evidence = f"{self.evidence(root)}, {len(labels.classes)} classes"
        return read_pairs(_pairs(root, home), Explained(self.name, evidence, labels, _JSON), repairs, on_progress)


def _labels_of(data: dict[str, Any]) -> LabelMap:
    """What the values of masks mean, by `labels` of dataset.json: names → values (version 1: values → names)."""
    given = data.get("labels")
    if not isinstance(given, dict) or not given:
        raise DatasetError(f"{_JSON}: expected labels, names and values. Received: {given!r:.80}.", fix=_FIX)
    if any(isinstance(value, list) for value in given.values()):
        raise DatasetError(f"{_JSON}: labels of regions (lists) overlap.", fix="Give every label one value.")
    if all(re.fullmatch(r"\d+", str(key)) and isinstance(value, str) for key, value in given.items()):
        given = {name: int(value) for value, name in given.items()}
    ignored = {name: value for name, value in given.items() if name.casefold() == "ignore"}
    named = {name.strip(): value for name, value in given.items() if name not in ignored}
    values = [v for v in given.values() if isinstance(v, int) and not isinstance(v, bool) and 0 <= v < MAX_CLASSES]
    if len(set(values)) < len(given) or not named or any(not name or len(name) > 100 for name in named):
        raise DatasetError(f"{_JSON}: expected labels with different values from 0 to {MAX_CLASSES - 1}.", fix=_FIX)
    order = sorted(named, key=lambda name: named[name])
    top = max(values)
    of_line = [-1] * (top + 1)
    for class_id, name in enumerate(order):
        of_line[named[name]] = class_id
    for value in ignored.values():
        of_line[value] = IGNORE
    if -1 in of_line:
        raise DatasetError(f"{_JSON}: the value {of_line.index(-1)} has no name.", fix=_FIX)
    notes = (f"The label 'ignore' ({next(iter(ignored.values()))}) is read as ignored (255).",) if ignored else ()
    return LabelMap(ClassTable.of(order), tuple(of_line), {}, notes)


def _pairs(root: Path, home: Path) -> Pairs:
    """Cases with their picture (channel 0000) and mask."""
    images_in, labels_in = child(home, "imagesTr") or home, child(home, "labelsTr") or home
    files, problems = keyed(root, images_in, _ENDINGS)
    masks, faults = keyed(root, labels_in, _ENDINGS)
    images: dict[str, Path] = {}
    more: set[str] = set()
    for key, path in files.items():
        case, _, channel = key.rpartition("_")
        if not re.fullmatch(r"\d{4}", channel) or not case:
            problems.append(Problem(shown(root, path), "no channel number in its name", "Name it <case>_0000.png."))
        elif channel == "0000":
            images[case] = path
        else:
            more.add(case)
    for key in sorted(images.keys() ^ masks.keys(), key=natural):
        alone, other = (images[key], "mask in labelsTr") if key in images else (masks[key], "picture in imagesTr")
        problems.append(Problem(shown(root, alone), f"no {other} of this name", "Add it, or remove this file."))
    notes = [f"{len(more)} cases have several channels; only the first (0000) is read."] if more else []
    notes += ["imagesTs has no masks and is not read."] if child(home, "imagesTs") else []
    return Pairs(root, images, masks, (*problems, *faults), _given_parts(home), tuple(notes))


def _given_parts(home: Path) -> dict[str, str]:
    """Case → train or val, by the first fold of splits_final.json."""
    file = file_in(home, _SPLITS)
    if file is None:
        return {}
    wrong = DatasetError(f"{_SPLITS}: expected a list of folds with train and val.", fix="Correct it or leave it out.")
    try:
        folds = json.loads(read_text(file))
        return {str(case): part for part in ("train", "val") for case in folds[0][part]}
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise wrong from error


class NnUnetWriter:
    """PNG pictures of three channels in one file, index masks; 255 becomes the label `ignore`."""

    name = "nnunet"
    title = "nnU-Net (2-D pictures)"

    def write(self, dataset: Dataset, sink: Sink, on_progress: Progress | None = None) -> None:
        """Write cases, dataset.json and splits_final.json with one fold."""
        names = dataset.classes.names
        shift = 0 if is_background(names[0]) else 1
        if shift:
            sink.warnings.append(f"nnU-Net needs a background as label 0: {names[0]!r} and all others move up by one.")
        values = {name: i + shift for i, name in enumerate(names)} if shift else dict(_as_background(names))
        renamed = [name for name in values if name.casefold() == "ignore"]
        for name in renamed:
            values = {f"{key} class" if key == name else key: value for key, value in values.items()}
            sink.warnings.append(f"The class {name!r} is written as '{name} class': nnU-Net keeps 'ignore' for itself.")
        void = len(names) + shift
        holds_void = False
        for done, pair in enumerate(dataset.pairs, 1):
            labels = read_labels(pair)
            holds_void |= bool((labels == IGNORE).any())
            value = np.where(labels == IGNORE, void, labels.astype(np.int64) + shift).astype(np.uint8)
            _add_png(sink, f"imagesTr/{pair.stem}_0000.png", pair.image)
            sink.add_bytes(f"labelsTr/{pair.stem}.png", png(value))
            if on_progress:
                on_progress(done, len(dataset.pairs))
        labels_json = ({"background": 0} if shift else {}) | values | ({"ignore": void} if holds_void else {})
        sink.add_bytes(_JSON, _dump(_describe(labels_json, len(dataset.pairs))))
        sink.add_bytes(_SPLITS, _dump([{"train": list(dataset.split.train), "val": list(dataset.split.val)}]))


def _as_background(names: list[str]) -> list[tuple[str, int]]:
    """Names with their values; the first is called background, as nnU-Net wants it."""
    return [("background" if i == 0 else name, i) for i, name in enumerate(names)]


def _describe(labels: dict[str, int], count: int) -> dict[str, Any]:
    return {
        "channel_names": {"0": "R", "1": "G", "2": "B"},
        "labels": labels,
        "numTraining": count,
        "file_ending": ".png",
        "overwrite_image_reader_writer": "NaturalImage2DIO",
    }


def _add_png(sink: Sink, name: str, image: Path) -> None:
    """A picture as a PNG of three channels, byte for byte where it is one."""
    with Image.open(image) as picture:
        as_it_is = picture.format == "PNG" and picture.mode == "RGB"
    if as_it_is:
        sink.add_file(name, image)
        return
    out = io.BytesIO()
    Image.fromarray(read_image(image)).save(out, "PNG", compress_level=4)
    sink.add_bytes(name, out.getvalue())


def _dump(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode()
