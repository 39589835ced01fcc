"""What runs a written file, behind one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Outputs = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Runner:
    """A written file, opened again.

    Attributes:
        run: (1, h, w, 3) frames of the file's dtype → its outputs by name: "scores", or "labels" and "confidence".
        name: of the program that runs it, with its version.
    """

    run: Callable[[np.ndarray], Outputs]
    name: str

    def labels(self, frame: np.ndarray) -> np.ndarray:
        """Labels of one frame (h, w, 3) uint8: (h, w) uint8, by arg-max where the file gives scores."""
        outputs = self.run(frame[None])
        if "labels" in outputs:
            return np.asarray(outputs["labels"][0])
        return np.asarray(outputs["scores"][0]).argmax(-1).astype(np.uint8)
