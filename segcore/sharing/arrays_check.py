"""Look at a file of weights before anything is read from it: what its headers promise must be what is there."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

from numpy.lib import format as npy

from segcore.errors import WeightsError

_MOST_ARRAYS = 20_000


def check_arrays(path: Path) -> None:
    """Every entry must be a plain array, stored as it is, of just the size that its header says.

    A crafted header could ask for terabytes of memory, a crafted entry unpack to them.

    Raises:
        WeightsError: one is not.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ARRAYS:
                raise ValueError(f"{len(entries)} arrays, at most {_MOST_ARRAYS} expected")
            for entry in entries:
                _check_entry(archive, entry)
    except WeightsError:
        raise
    except Exception as error:  # whatever a crafted file makes zipfile or numpy raise
        raise WeightsError(
            f"{path.name}: expected weights written by segcore (.npz). Received: {error}.", fix="Export them again."
        ) from error


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise ValueError(f"entry {entry.filename!r} is compressed")
    with archive.open(entry) as file:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if read is None:
            raise ValueError(f"entry {entry.filename!r} has version {version}")
        shape, _, dtype = read(file)
        if dtype.hasobject or dtype.kind not in "fiub":
            raise ValueError(f"entry {entry.filename!r} holds {dtype}, not numbers")
        if file.tell() + math.prod(shape) * dtype.itemsize != entry.file_size:
            raise ValueError(f"entry {entry.filename!r} is not as large as its header says")
