"""Files below a folder of unknown make: found by what they are called, never followed out of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from segcore.archive import JUNK
from segcore.datasets.dataset import Problem
from segcore.datasets.formats.folders.layout import natural

_WRAPPINGS = 2


def homes(root: Path) -> list[Path]:
    """Where a dataset may begin: the folder itself, then those that it only wraps (two levels at most)."""
    found = [root]
    for _ in range(_WRAPPINGS):
        inside = [p for p in found[-1].iterdir() if p.is_dir() and not _is_hidden(p.name)]
        if len(inside) != 1:
            break
        found.append(inside[0])
    return found


def innermost(root: Path, suffixes: tuple[str, ...]) -> Path:
    """The folder itself, or the one inside that it only wraps: nothing of these suffixes stands above it."""
    places = homes(root)
    for place in places[:-1]:
        if any(path.suffix.lower() in suffixes for path in place.iterdir() if path.is_file()):
            return place
    return places[-1]


def child(folder: Path, *names: str) -> Path | None:
    """The folder inside that has one of these names, in upper or lower case."""
    if not folder.is_dir():
        return None
    there = {p.name.casefold(): p for p in sorted(folder.iterdir()) if p.is_dir()}
    return next((there[n.casefold()] for n in names if n.casefold() in there), None)


def file_in(folder: Path, *names: str) -> Path | None:
    """The file inside that has one of these names, in upper or lower case; not a link that leads out."""
    if not folder.is_dir():
        return None
    there = {p.name.casefold(): p for p in sorted(folder.iterdir()) if p.is_file() and is_inside(folder, p)}
    return next((there[n.casefold()] for n in names if n.casefold() in there), None)


def files_below(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """All files of these suffixes (lower case) at any depth, in natural order, without hidden ones and junk."""
    for where, inside, names in os.walk(folder):
        inside[:] = sorted((n for n in inside if not _is_hidden(n)), key=natural)
        wanted = [name for name in names if name.lower().endswith(suffixes) and not _is_hidden(name)]
        for name in sorted(wanted, key=natural):
            yield Path(where) / name


def has_files(folder: Path | None, suffixes: tuple[str, ...]) -> bool:
    """Whether any file of these suffixes lies below."""
    return folder is not None and next(files_below(folder, suffixes), None) is not None


def keyed(root: Path, folder: Path, suffixes: tuple[str, ...]) -> tuple[dict[str, Path], list[Problem]]:
    """Files by their path below `folder` without suffix; doubles and links that lead out are problems.

    Args:
        root: what problems are named relative to, and what links may not leave.
        folder: where to look.
        suffixes: lower case, with their dots.
    """
    found: dict[str, Path] = {}
    problems = []
    for path in files_below(folder, suffixes):
        key = path.relative_to(folder).with_suffix("").as_posix()
        if not is_inside(root, path):
            problems.append(
                Problem(shown(root, path), "a link that leads out of the folder", "Copy the file itself into it.")
            )
        elif key in found:
            fault = f"the same name as {found[key].name}"
            problems.append(Problem(shown(root, path), fault, "Keep one of the two, or rename one."))
        else:
            found[key] = path
    return found, problems


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path lies below a folder, links followed."""
    return path.resolve().is_relative_to(folder.resolve())


def leads_out(name: str) -> bool:
    """Whether a path written in a file is absolute, climbs up, or cannot be a path at all."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    parts = {*posix.parts, *windows.parts}
    return not name.strip() or "\0" in name or posix.is_absolute() or bool(windows.anchor) or ".." in parts


def stems(keys: Iterable[str]) -> dict[str, str]:
    """Unique stems for paths without suffix: the last part, or all parts joined by `_` where that is not unique."""
    every = list(keys)
    count = Counter(PurePosixPath(key).name.casefold() for key in every)
    result: dict[str, str] = {}
    taken: set[str] = set()
    for key in every:
        last = PurePosixPath(key).name
        stem = wanted = last if count[last.casefold()] == 1 else key.replace("/", "_")
        number = 2
        while stem.casefold() in taken:
            stem, number = f"{wanted}_{number}", number + 1
        taken.add(stem.casefold())
        result[key] = stem
    return result


def shown(root: Path, path: Path) -> str:
    """A path as reports name it: relative to the source, with slashes."""
    return path.relative_to(root).as_posix()


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in JUNK
