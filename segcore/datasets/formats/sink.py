"""Where writers of formats put files: a ZIP, or a folder. Nothing is held in memory."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Sink(Protocol):
    """Takes files one by one; `warnings` collects what the format cannot hold."""

    warnings: list[str]

    def add_file(self, name: str, source: Path) -> None:
        """Copy a file to the relative path `name`."""
        ...

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write `data` to the relative path `name`."""
        ...


@dataclass
class FolderSink:
    """Files below a folder that exists."""

    root: Path
    warnings: list[str] = field(default_factory=list)

    def add_file(self, name: str, source: Path) -> None:
        """Copy a file."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write bytes."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


@dataclass
class ZipSink:
    """Entries of an open ZIP; pictures are stored as they are, text is compressed."""

    archive: zipfile.ZipFile
    warnings: list[str] = field(default_factory=list)

    def add_file(self, name: str, source: Path) -> None:
        """Add a file, not compressed again."""
        self.archive.write(source, name, compress_type=zipfile.ZIP_STORED)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add bytes; text is compressed."""
        packed = name.endswith((".txt", ".json", ".yaml"))
        self.archive.writestr(name, data, compress_type=zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
