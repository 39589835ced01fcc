"""A network in 8-bit integers, as its run keeps it: made once, checked against the labelled frames.

Integers take a fourth of the memory traffic of float32 and, on processors with instructions for them, a fraction of the
time. What rounding does to a network differs: whether this one is fit for use is decided by what it lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.errors import BackendError, WeightsError
from segcore.models.weights import sha256_of

if TYPE_CHECKING:
    from segcore.runs.records import Run
    from segcore.runs.store import RunStore

GRAPH_FILE = "int8/graph.xml"
CONSTANTS_FILE = "int8/graph.bin"
INT8_TAG = "segcore.int8"

MEAN_LOSS = 0.005
"""Of the mean IoU over classes; one that loses more is not used."""
CLASS_LOSS = 0.02
"""Of the IoU of any class."""


class Int8Record(BaseModel):
    """What is known of a network in 8 bits.

    Attributes:
        weights: SHA-256 of the weights that it was made of.
        size: (height, width) of its input, the only one.
        graph, constants: SHA-256 of its files.
        miou: of its labels on the validation frames, at its own resolution.
        miou_float32: of those of float32, counted alike.
        class_loss: the most that the IoU of one class is lower than in float32.
        agreement: share of the pixels that both label the same.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    weights: str
    size: tuple[int, int]
    graph: str
    constants: str
    miou: float
    miou_float32: float
    class_loss: float
    agreement: float

    @property
    def fits(self) -> bool:
        """Whether it labels as well as float32, but for what `MEAN_LOSS` and `CLASS_LOSS` allow."""
        return self.miou >= self.miou_float32 - MEAN_LOSS and self.class_loss <= CLASS_LOSS


@dataclass(frozen=True)
class Int8Network:
    """A network in 8 bits and where its files are."""

    record: Int8Record
    graph: Path
    constants: Path

    @classmethod
    def of_run(cls, store: RunStore, run: Run, weights: str) -> Int8Network | None:
        """What a run keeps, made of these weights; None where it keeps none, or one of other weights."""
        try:
            record = Int8Record.model_validate_json(run.tags[INT8_TAG])
        except (KeyError, ValidationError):
            return None
        if record.weights != weights or not all(store.has_file(run.id, n) for n in (GRAPH_FILE, CONSTANTS_FILE)):
            return None
        return cls(record, store.file(run.id, GRAPH_FILE), store.file(run.id, CONSTANTS_FILE))

    def checked_graph(self, size: tuple[int, int]) -> Path:
        """The file to open, for frames of this network size.

        Raises:
            BackendError: it was made for another size.
            WeightsError: it is not the file that was written.
        """
        if size != self.record.size:
            height, width = self.record.size
            raise BackendError(
                f"In 8 bits this network takes {width}×{height} only. Received: {size[1]}×{size[0]}.",
                fix="Choose the precision float32, or auto.",
            )
        if (sha256_of(self.graph), sha256_of(self.constants)) != (self.record.graph, self.record.constants):
            raise WeightsError(
                f"{self.graph.name}: the network in 8 bits is not what was written (its SHA-256 differs); not opened.",
                fix="Choose the precision float32, or restore the run from a backup.",
            )
        return self.graph
