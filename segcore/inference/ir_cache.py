"""Networks converted for OpenVINO, kept on disk: the second use of a network needs no TensorFlow.

They lie in SEGCORE_HOME/cache/openvino/<key>/{graph.xml, graph.bin, sha256}; the key covers the weights, the
architecture, the input size and the versions, so a changed one is converted anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from segcore.models.spec import ModelSpec
from segcore.models.weights import sha256_of

GRAPH = "graph.xml"
_DIGEST = "sha256"


def cache_key(spec: ModelSpec, weights_sha256: str, size: tuple[int, int], versions: tuple[str, ...]) -> str:
    """A name for a converted network: 32 hexadecimal digits."""
    text = "\n".join((spec.model_dump_json(), weights_sha256, f"{size[0]}x{size[1]}", *versions))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def cached_graph(folder: Path, key: str, convert: Callable[[Path], None]) -> Path:
    """The converted network of this key; converted now where it is missing or damaged.

    Args:
        folder: of the cache.
        key: from `cache_key`.
        convert: writes graph.xml (given) and graph.bin beside it.

    Returns:
        Path of graph.xml.
    """
    entry = folder / key
    if not _whole(entry):
        partial = folder / f".{key}.{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        convert(partial / GRAPH)
        (partial / _DIGEST).write_text(_digest(partial), "ascii")
        shutil.rmtree(entry, ignore_errors=True)
        try:
            partial.rename(entry)
        except OSError:  # another process was faster
            shutil.rmtree(partial, ignore_errors=True)
    return entry / GRAPH


def _whole(entry: Path) -> bool:
    """True where all files are there and are those that were written."""
    try:
        return (entry / _DIGEST).read_text("ascii") == _digest(entry)
    except OSError:
        return False


def _digest(entry: Path) -> str:
    return " ".join(sha256_of(entry / name) for name in (GRAPH, "graph.bin"))
