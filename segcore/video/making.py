"""All chunks of a video job, made here one after another, and beside it by helpers where there are any.

Helpers are a gain, never a need: whatever they do not finish is made here.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from segcore.errors import Cancelled
from segcore.video.assignment import Assignment
from segcore.video.bottleneck import in_words
from segcore.video.chunks.record import ChunkRecord, chained
from segcore.video.chunks.resume import FrameNotThere
from segcore.video.job import Job
from segcore.video.load import Load, together
from segcore.video.progress import SegmentProgress, Speedometer
from segcore.video.spans.crew import Crew
from segcore.video.spans.cut import misfit, next_span
from segcore.video.spans.helpers import Helpers
from segcore.video.spans.span import Span
from segcore.video.spans.timetable import Timetable

MOST_MISFITS = 3
"""How often frames are counted anew before the work goes on without helpers."""
_POLL_S = 0.1


class Making:
    """The work of one job, up to where all its chunks lie on the shelf.

    Args:
        work: what to do, with what.
        crew: who may help; None: nobody.
        beat: called while the file is looked through for helpers; may raise, to end it.

    Attributes:
        seconds_before: of work, that finished chunks took before.
        stopped: a person ended the work early.
        notes: what went wrong with helpers, for people.
    """

    def __init__(self, work: Assignment, crew: Crew | None = None, beat: Callable[[], None] = lambda: None) -> None:
        config, info, shelf = work.config, work.reader.info, work.shelf
        self._work = work
        self._expected_frames = -(-work.reader.expected_frames // config.every)
        self._plan, self._long_side = work.plan, max(work.network_size)
        self._records = shelf.going_on(ahead=crew is not None)
        self.seconds_before = sum(record.seconds for record in self._records)
        self.stopped = False
        self._over = False
        self._helpers = Helpers(crew, shelf.folder) if crew else None
        self._table = Timetable.of(config, info, beat) if crew else None
        self._expected = self._table.chunks(self._plan) if self._table else []
        self._misfits = 0
        self._job: Job | None = None
        self._own: Span | None = None
        self._loads: list[Load] = []
        self._before = 0
        self.notes: list[str] = []
        self._look_again()

    def run(
        self,
        on_progress: Callable[[SegmentProgress], None],
        should_stop: Callable[[], bool],
        should_end: Callable[[], bool],
    ) -> None:
        """Make what is missing; see `segment`."""
        speed = Speedometer(on_progress, self.load, self._before)

        def look() -> None:
            self._hear()
            helpers = len(self._helpers.spans) if self._helpers else 0
            speed.look(self.frames, self._expected_frames, helpers=helpers)

        try:
            while not self._over and not self.stopped:
                span = self._next()
                if span is not None:
                    self._make(span, look, should_stop, should_end)
                else:
                    self._wait(look, should_stop, should_end)
        finally:
            if self._helpers:
                self._helpers.close()
                self.notes += self._helpers.notes
        self._look_again()
        for record in self._records[chained(self._records) :]:
            self._work.shelf.drop(record)
        speed.look(self.frames, self._expected_frames, last=True)

    @property
    def frames(self) -> int:
        """How many frames are finished, here and elsewhere."""
        own = self._job.done if self._job else 0
        return self._before + own + (self._helpers.frames if self._helpers else 0)

    def load(self) -> Load:
        """What each part has cost since this began, of all workers together, and what holds it up."""
        now = [self._job.load()] if self._job else []
        load = together([*self._loads, *now, *(self._helpers.loads if self._helpers else [])])
        return load.model_copy(
            update={"words": in_words(load, long_side=self._long_side, speed=self._work.config.speed)}
        )

    def _next(self) -> Span | None:
        """What is made here next; None where helpers make all that is left."""
        helpers = self._helpers
        span = self._cut()
        if span is None and not (helpers and helpers.spans):
            whole = self._records[: chained(self._records)]
            span = Span(first=whole[-1].number + 1, after=whole[-1].last) if whole else Span()
        return span

    def _cut(self) -> Span | None:
        if self._helpers is None or self._table is None:
            return None
        there, table = {record.number: record for record in self._records}, self._table
        return next_span(
            self._expected,
            there,
            [*self._helpers.spans, *([self._own] if self._own else [])],
            lambda chunk: table.before(self._plan, chunk),
            workers=self._work.config.workers,
            kept_back=self._helpers.not_there,
        )

    def _make(
        self, span: Span, look: Callable[[], None], should_stop: Callable[[], bool], should_end: Callable[[], bool]
    ) -> None:
        self._own, self._job = span, Job(self._work, span)
        self._look_again()
        try:
            self._job.run(look, should_stop, should_end)
        except FrameNotThere:
            if self._helpers is None or span.after is None or span.after.crc is not None:
                raise
            self._helpers.not_there.add(span.first)
        else:
            self.stopped = self._job.ends == "stop"
            self._over = self._job.ends == "video" and not self._job.done and span.after == self._last_whole()
            there = {record.number for record in self._work.shelf.records()}  # of the span's other chunks no frame came
            self._expected = [n for n in self._expected if n in there or not span.holds(n)]
        finally:
            self._loads.append(self._job.load())
            self._own = self._job = None
        self._look_again()

    def _wait(self, look: Callable[[], None], should_stop: Callable[[], bool], should_end: Callable[[], bool]) -> None:
        if should_stop():
            raise Cancelled("The video was cancelled; nothing was kept.")
        self.stopped = should_end()
        look()
        time.sleep(_POLL_S)

    def _hear(self) -> None:
        """See how helpers fare, and give them more to do."""
        if self._helpers is None or not self._helpers.due:
            return
        if self._helpers.look():
            self._look_again()
        while self._own and (span := self._cut()) is not None and self._helpers.ask(span):
            pass

    def _look_again(self) -> None:
        """Read what is finished; where chunks do not fit together, drop those behind."""
        self._records = self._work.shelf.records()
        whole = chained(self._records)
        if self._helpers and self._own is None and misfit(self._records, whole, self._expected):
            self._count_anew(self._records[:whole], self._helpers)
            whole = len(self._records)
        self._over = self._over or bool(whole and self._records[whole - 1].ends == "video")
        active = [*(self._helpers.spans if self._helpers else []), *([self._own] if self._own else [])]
        self._before = sum(r.frames for r in self._records if not any(span.holds(r.number) for span in active))

    def _count_anew(self, good: list[ChunkRecord], helpers: Helpers) -> None:
        """Frames came that the file did not tell of, or fewer than it told: go on counting from what was seen."""
        assert self._table is not None
        helpers.call_back()
        for record in self._work.shelf.records():  # read anew: a helper was perhaps just laying one down
            if record not in good:
                self._work.shelf.drop(record)
        self._records = good
        self._misfits += 1
        if good and self._misfits < MOST_MISFITS:
            self._table = self._table.aligned(good[-1].last)
            self._expected = self._table.chunks(self._plan)
        else:
            self._expected = []
            self.notes.append("Nobody could help to the end: this video's frames cannot be told without decoding them.")

    def _last_whole(self) -> object:
        whole = chained(self._records)
        return self._records[whole - 1].last if whole else None
