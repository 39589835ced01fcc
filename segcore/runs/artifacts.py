"""The files of a run: in a local folder, or in whatever artifact store MLflow is set to."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlparse
from urllib.request import url2pathname

from segcore.errors import RunError
from segcore.temporary import passing

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient


def local_folder(artifact_uri: str) -> Path | None:
    """The folder behind `file:///…` or a bare path; None for a remote store."""
    parts = urlparse(artifact_uri)
    if parts.scheme == "file":
        return Path(url2pathname(parts.path))
    bare = parts.scheme == "" or (os.name == "nt" and len(parts.scheme) == 1)
    return Path(artifact_uri).absolute() if bare else None


def checked_name(name: str) -> str:
    """An artifact's name as a clean relative path with forward slashes.

    Raises:
        RunError: it would leave the run's folder.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts:
        raise RunError(f"Expected the name of a run's file, such as weights/best.npz. Received: {name!r}.")
    return path.as_posix()


def write_atomically(target: Path, data: bytes | Path) -> None:
    """Replace a file in one step: a reader sees the old or the new one, never half."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            if isinstance(data, Path):
                with data.open("rb") as source:
                    shutil.copyfileobj(source, out, 1 << 20)
            else:
                out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def list_local(folder: Path, below: str = "") -> list[str]:
    """The files below a run's folder, as sorted relative names; unfinished ones (leading dot) left out."""
    start = folder / below if below else folder
    found = (p for p in start.rglob("*") if p.is_file() and not p.name.startswith("."))
    return sorted(p.relative_to(folder).as_posix() for p in found)


def list_remote(client: MlflowClient, run_id: str, below: str = "") -> list[str]:
    """The same for a remote store."""
    names: list[str] = []
    for entry in client.list_artifacts(run_id, below or None):
        names += list_remote(client, run_id, entry.path) if entry.is_dir else [entry.path]
    return sorted(names)


def upload(client: MlflowClient, run_id: str, name: str, data: bytes | Path) -> None:
    """Put a file into a remote store."""
    path = PurePosixPath(name)
    folder = path.parent.as_posix()
    with passing() as scratch:
        local = scratch / path.name
        write_atomically(local, data)
        client.log_artifact(run_id, str(local), None if folder == "." else folder)


def download(client: MlflowClient, run_id: str, name: str, cache: Path) -> Path:
    """Fetch a file of a remote store into a folder of its own below `cache`."""
    cache.mkdir(parents=True, exist_ok=True)
    return Path(client.download_artifacts(run_id, name, str(cache)))
