"""A network in 8-bit integers, as its run keeps it: made once, checked against the labelled frames.

Integers take a fourth of the memory traffic of float32 and, on processors with instructions for them, a fraction of the
time. What rounding does to a network differs: whether this one is fit for use is decided by what it lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from segcore.errors import WeightsError
from segcore.models.weights import sha256_of

if TYPE_CHECKING:
    from segcore.runs.records import Run
    from segcore.runs.store import RunStore

INT8_TAG = "segcore.int8"
"""A run's tag: the records of what it keeps, as a JSON list."""

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
    def names(self) -> tuple[str, str]:
        """Under which the run keeps graph and constants."""
        stem = f"int8/{self.size[1]}x{self.size[0]}"
        return f"{stem}.xml", f"{stem}.bin"

    @property
    def fits(self) -> bool:
        """Whether it labels as well as float32, but for what `MEAN_LOSS` and `CLASS_LOSS` allow."""
        return self.miou >= self.miou_float32 - MEAN_LOSS and self.class_loss <= CLASS_LOSS


_RECORDS = TypeAdapter(list[Int8Record])


def as_tag(records: Sequence[Int8Record]) -> str:
    """What `INT8_TAG` holds."""
    return _RECORDS.dump_json(list(records)).decode()


def records_in(tags: Mapping[str, str]) -> list[Int8Record]:
    """What a run's tags say of it; nothing where no 8 bits were made, or by a version that this one does not read."""
    try:
        return _RECORDS.validate_json(tags[INT8_TAG])
    except (KeyError, ValidationError):
        return []


@dataclass(frozen=True)
class Int8Network:
    """A network in 8 bits and where its files are."""

    record: Int8Record
    graph: Path
    constants: Path

    @classmethod
    def of_run(cls, store: RunStore, run: Run, weights: str) -> tuple[Int8Network, ...]:
        """What a run keeps that was made of these weights and `fits`: one for each size."""
        made = (record for record in records_in(run.tags) if record.fits and record.weights == weights)
        there = [record for record in made if all(store.has_file(run.id, name) for name in record.names)]
        return tuple(cls(r, *(store.file(run.id, name) for name in r.names)) for r in there)

    def checked_graph(self) -> Path:
        """The file to open.

        Raises:
            WeightsError: it is not the file that was written.
        """
        if (sha256_of(self.graph), sha256_of(self.constants)) != (self.record.graph, self.record.constants):
            raise WeightsError(
                f"{self.graph.name}: the network in 8 bits is not what was written (its SHA-256 differs); not opened.",
                fix="Choose the precision float32, or restore the run from a backup.",
            )
        return self.graph
