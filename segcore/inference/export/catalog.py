"""The formats, as people read about them before they choose one. Opens nothing heavy."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from segcore.errors import BackendError, ConfigError


@dataclass(frozen=True)
class Format:
    """One kind of file.

    Attributes:
        suffix: of the file; empty where it is a folder.
        purpose: what it is for, one sentence.
        module: file beside this one that writes and opens it.
        needs: packages that write and check it, beyond what segcore needs anyway.
    """

    name: str
    title: str
    suffix: str
    purpose: str
    module: str
    needs: tuple[str, ...] = ()

    def missing(self) -> tuple[str, ...]:
        """Those of `needs` that are not installed."""
        return tuple(package for package in self.needs if importlib.util.find_spec(package) is None)

    @property
    def install(self) -> str:
        """The command that installs what is missing; empty where nothing is."""
        missing = self.missing()
        return f"pip install {' '.join(missing)}" if missing else ""

    def check_installed(self) -> None:
        """Raises `BackendError`, with the command, where a package is missing."""
        if self.missing():
            raise BackendError(f"{self.title} needs {', '.join(self.missing())}.", fix=f"Run: {self.install}")


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format("onnx", "ONNX", ".onnx", "For most other programs: C++, C#, Java, browsers, cameras.",
               "onnx_file", ("tf2onnx", "onnxruntime")),
        Format("openvino", "OpenVINO", ".xml", "Fastest on Intel processors and graphics.", "openvino_file"),
        Format("litert", "LiteRT", ".tflite", "For phones and small boards (formerly TensorFlow Lite).", "litert"),
        Format("saved_model", "SavedModel", "", "For TensorFlow on servers and GPUs.", "saved_model"),
        Format("keras", "Keras", ".keras", "To go on in Python with Keras: look inside, change, train.", "keras_file"),
    )
}  # fmt: skip
"""By name, the most asked for first."""


def format_of(name: str) -> Format:
    """The format of this name.

    Raises:
        ConfigError: there is none.
    """
    if name not in FORMATS:
        raise ConfigError(f"Unknown format {name!r}.", fix=f"Choose one of {', '.join([*FORMATS, 'bundle'])}.")
    return FORMATS[name]
