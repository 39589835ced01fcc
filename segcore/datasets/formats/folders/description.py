"""Read what a dataset says of itself: dataset.yaml (Ultralytics' keys and ours) and classes.txt."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError

from segcore.classes import MAX_CLASSES, ClassTable, default_color
from segcore.errors import DatasetError

_MAX_BYTES = 4 << 20
_YAML_NAMES = ("dataset.yaml", "dataset.yml", "data.yaml", "data.yml")


@dataclass(frozen=True)
class Description:
    """Names and colours by class id, the mask folder, given parts (stem → train, val …), groups; what is written."""

    file: str = ""
    names: dict[int, str] = field(default_factory=dict)
    colors: dict[int, str] = field(default_factory=dict)
    masks_dir: str | None = None
    parts: dict[str, str] = field(default_factory=dict)
    split: dict[str, Any] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)


def describe(folders: list[Path]) -> Description:
    """The description in the first of these folders that has one; an empty one where none has.

    Raises:
        DatasetError: it cannot be understood; the message names the file.
    """
    for folder in folders:
        for name in _YAML_NAMES:
            if (folder / name).is_file():
                return _from_yaml(folder / name)
        if (folder / "classes.txt").is_file():
            return _from_names(folder / "classes.txt")
    return Description()


def _text(path: Path) -> str:
    if path.stat().st_size > _MAX_BYTES:
        raise DatasetError(f"{path.name}: larger than {_MAX_BYTES} bytes.", fix="Keep only names and colours in it.")
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path.name}: not UTF-8 text.", fix="Save it as UTF-8.") from error


def _from_names(path: Path) -> Description:
    lines = [line.strip() for line in _text(path).splitlines()]
    names = dict(enumerate(line for line in lines if line and not line.startswith("#")))
    return Description(file=path.name, names=names)


def _from_yaml(path: Path) -> Description:
    try:
        data = yaml.safe_load(_text(path)) or {}
    except (yaml.YAMLError, RecursionError) as error:
        raise DatasetError(f"{path.name}: not valid YAML ({error}).", fix="Correct it or leave it out.") from error
    if not isinstance(data, dict):
        raise DatasetError(f"{path.name}: expected keys such as names.", fix="Correct it or leave it out.")
    split, groups = data.get("split"), data.get("groups")
    masks_dir = data.get("masks_dir")
    return Description(
        file=path.name,
        names=_by_id(path.name, "names", data.get("names")),
        colors=_by_id(path.name, "colors", data.get("colors")),
        masks_dir=PurePosixPath(str(masks_dir)).name if masks_dir else None,
        parts=_listed_parts(path.parent, data),
        split=split if isinstance(split, dict) else {},
        groups={str(s): str(g) for s, g in groups.items()} if isinstance(groups, dict) else {},
    )


def _by_id(file: str, key: str, value: object) -> dict[int, str]:
    """`names` and `colors`: a list, or a mapping from id; ids 0..254."""
    if value is None:
        return {}
    items = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else None
    try:
        if items is None:
            raise ValueError(f"Received: {value!r}")
        found = {int(class_id): str(text) for class_id, text in items}
        if any(not 0 <= class_id < MAX_CLASSES for class_id in found):
            raise ValueError(f"ids from 0 to {MAX_CLASSES - 1}. Received: {sorted(found)}")
    except (ValueError, TypeError) as error:
        raise DatasetError(
            f"{file}: {key}: expected a list or a mapping from class id. {error}.",
            fix=f"Correct {key} in {file}.",
        ) from error
    return found


def _listed_parts(folder: Path, data: dict[str, Any]) -> dict[str, str]:
    """Stems listed in text files (`train: train.txt`), as Ultralytics allows; folders have names."""
    parts: dict[str, str] = {}
    for part in ("train", "val", "test"):
        value = data.get(part)
        listed = folder / str(value) if isinstance(value, str) and value.endswith(".txt") else None
        if listed and listed.resolve().is_relative_to(folder.resolve()) and listed.is_file():
            for line in _text(listed).splitlines():
                if line.strip():
                    parts.setdefault(PurePosixPath(line.strip()).stem, part)
    return parts


def make_classes(description: Description, found: int, colors: dict[int, str]) -> tuple[ClassTable, str]:
    """The class table and a remark on its origin.

    Args:
        description: what the dataset says; its colours win.
        found: the number of classes in the masks, background included.
        colors: the masks' own colours.

    Raises:
        DatasetError: names are doubled, empty or too long, or a colour is not #rrggbb.
    """
    names = dict(description.names)
    count = max(found, max(names, default=-1) + 1)
    full = {i: names.get(i) or ("background" if i == 0 else f"class {i}") for i in range(count)}
    chosen = [description.colors.get(i) or colors.get(i) or default_color(i) for i in range(count)]
    try:
        table = ClassTable.of(list(full.values()), chosen)
    except ValidationError as error:
        faults = "; ".join(str(e["msg"]) for e in error.errors())
        raise DatasetError(f"{description.file or 'classes'}: {faults}.", fix="Correct the class list.") from error
    return table, f"; names from {description.file}" if names else ""
