"""ImageNet weights that are not part of the installation: where they come from, where they lie, and their hashes.

No TensorFlow here: pages ask whether a file is there already.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import WeightsError
from segcore.settings import Settings

TIMEOUT_S = 20.0
"""Seconds without a byte after which a download is given up."""


@dataclass(frozen=True)
class ImagenetFile:
    """A file of weights as Keras publishes it.

    Attributes:
        url: where it comes from.
        digest: its MD5 (32 digits) or SHA-256 (64 digits), hexadecimal, as Keras pins it.
        megabytes: about.
    """

    url: str
    digest: str
    megabytes: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]

    def place(self) -> Path:
        """Where segcore keeps it, and where it is looked for when it was put there by hand."""
        return Settings.from_env().home / "cache" / "imagenet" / self.name

    def found(self) -> Path | None:
        """The file, where it is on this machine: in segcore's own folder or in that of Keras; unchecked."""
        keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
        return next((p for p in (self.place(), keras_home / "models" / self.name) if p.is_file()), None)

    def fetch(self, network: str) -> Path:
        """The file, checked; downloaded where it is not here yet.

        Args:
            network: its title, for the message.

        Raises:
            WeightsError: it cannot be downloaded, or is not the file that Keras publishes.
        """
        path = self.found() or self._download(network)
        if not self._is_whole(path):
            raise WeightsError(
                f"{path}: the file is not the one that Keras publishes (its hash differs); it is not opened.",
                fix="Delete it and start again.",
            )
        return path

    def _is_whole(self, path: Path) -> bool:
        with path.open("rb") as file:
            kind = "md5" if len(self.digest) == 32 else "sha256"
            return hashlib.file_digest(file, kind).hexdigest() == self.digest

    def _download(self, network: str) -> Path:
        path = self.place()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with urllib.request.urlopen(self.url, timeout=TIMEOUT_S) as answer, partial.open("wb") as file:
                shutil.copyfileobj(answer, file, 1 << 20)
        except OSError as error:
            partial.unlink(missing_ok=True)
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            raise WeightsError(
                f"The ImageNet weights of {network} (about {self.megabytes} MB) could not be downloaded: {reason}.",
                fix=f"Download {self.url} where there is internet and put the file at {path}, "
                "or train from random weights: pretrained=false.",
            ) from error
        if not self._is_whole(partial):
            partial.unlink()
            raise WeightsError(
                f"The download of {self.url} broke off or was changed on the way (its hash differs).",
                fix=f"Start again, or put the file at {path} by hand.",
            )
        partial.replace(path)
        return path
