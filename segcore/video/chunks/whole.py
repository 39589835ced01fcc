"""The chunks of a job, all finished: joined, counted, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from segcore.errors import Cancelled
from segcore.memory import give_back
from segcore.video.chunks.record import ChunkRecord
from segcore.video.chunks.shelf import Shelf
from segcore.video.damage import Damage, together
from segcore.video.outputs.product import Product

_ASK_S = 0.1


@dataclass(frozen=True)
class Whole:
    """Finished chunks that follow each other from the beginning to where the work ended.

    Attributes:
        stopped: a person ended it early.
    """

    shelf: Shelf
    records: Sequence[ChunkRecord]
    stopped: bool

    @classmethod
    def of(cls, shelf: Shelf, *, stopped: bool) -> Whole:
        """All chunks of a shelf.

        Raises:
            Cancelled: there is none: the work was ended before its first frame.
        """
        records = shelf.records()
        if not records:
            raise Cancelled("The video was stopped before its first frame; nothing was kept.")
        return cls(shelf, records, stopped)

    @property
    def frames(self) -> int:
        """How many frames were segmented."""
        return sum(record.frames for record in self.records)

    @property
    def labelled(self) -> int:
        """How many frames the network has seen."""
        return sum(record.labelled for record in self.records)

    @property
    def frames_read(self) -> int:
        """How many frames were read, up to the last one that was segmented."""
        return self.records[-1].last.index + 1

    @property
    def last_pts(self) -> int:
        """The time of the last segmented frame, in units of the source's time base."""
        return self.records[-1].last.pts

    @property
    def damage(self) -> Damage:
        """What could not be read."""
        return together(record.damage for record in self.records)

    def join(self, products: Sequence[Product], out: Path, beat: Callable[[], None]) -> tuple[Path, ...]:
        """Make the files of the whole; they are in `out` when all is done, or none of them. What takes long is made
        beside the rest.

        Args:
            products: what is made.
            out: where it goes.
            beat: called again and again, from the thread that called this; an error that it raises ends the work.
        """
        give_back()  # the frames' room
        folders = [self.shelf.folder_of(record.number) for record in self.records]
        made: list[Path] = []
        long: dict[int, Future[tuple[Path, ...]]] = {}
        try:
            with ThreadPoolExecutor(max_workers=1, thread_name_prefix="video-join") as beside:
                long |= {n: beside.submit(p.join, folders, out) for n, p in enumerate(products) if p.long}
                for number, product in enumerate(products):
                    beat()
                    if number not in long:
                        made += product.join(folders, out)
                for joining in long.values():
                    while not wait([joining], _ASK_S).done:
                        beat()
                    made += joining.result()
        except BaseException:
            for path in [*made, *_finished(long.values())]:
                path.unlink(missing_ok=True)
            raise
        give_back()
        return tuple(made)


def _finished(joining: Iterable[Future[tuple[Path, ...]]]) -> Iterator[Path]:
    for one in joining:
        if one.exception() is None:
            yield from one.result()
