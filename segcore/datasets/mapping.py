"""What the labels of mask files mean: a mapping that is applied when a mask is read, and can be taken back.

The files themselves are never changed.
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from segcore.classes import IGNORE, ClassTable


class ClassMapping(BaseModel):
    """From stored labels to classes.

    `target[label]` is the class id that a stored label becomes, or 255 (ignored). `classes` are the classes
    that come out; labels beyond `target` are ignored.
    """

    model_config = ConfigDict(frozen=True)

    classes: ClassTable
    target: tuple[int, ...]

    @model_validator(mode="after")
    def _inside(self) -> ClassMapping:
        beyond = sorted({t for t in self.target if t != IGNORE and not 0 <= t < len(self.classes)})
        if beyond:
            raise ValueError(f"expected targets below {len(self.classes)}, or {IGNORE}. Received: {beyond}")
        return self

    @classmethod
    def identity(cls, classes: ClassTable) -> ClassMapping:
        """Every label is the class of its own number."""
        return cls(classes=classes, target=tuple(range(len(classes))))

    @property
    def moves(self) -> bool:
        """Whether any label changes (names and colours alone do not)."""
        return self.target != tuple(range(len(self.classes)))

    def table(self) -> np.ndarray:
        """Look-up table stored label → class id: (256,) uint8, 255 where ignored."""
        table = np.full(256, IGNORE, np.uint8)
        table[: len(self.target)] = self.target
        return table
