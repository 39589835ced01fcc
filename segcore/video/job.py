"""The stages of a video job, side by side: decode and scale → network → draw, measure and write."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.knowledge.class_parts import class_parts
from segcore.knowledge.label_runs import LabelRuns
from segcore.knowledge.measure import measure_frame
from segcore.video.assignment import Assignment
from segcore.video.canvas import PlanesCanvas
from segcore.video.chunks.record import Ends, Witness
from segcore.video.chunks.resume import frames_after
from segcore.video.chunks.writer import ChunkWriter
from segcore.video.config import SegmentConfig
from segcore.video.contours import Contours
from segcore.video.flow import Channel, Flow, Stopped
from segcore.video.following import Follower
from segcore.video.info import VideoInfo
from segcore.video.labelled import DecodedFrame, FinishedFrame, LabelledFrame
from segcore.video.labelling import Labelling
from segcore.video.load import Load
from segcore.video.look import Look
from segcore.video.overlay import darkening, paint, trace
from segcore.video.planes import Planes, side_by_side
from segcore.video.refine import refine
from segcore.video.region import Region
from segcore.video.source import Source, SourceFrame, open_source
from segcore.video.spans.span import Span
from segcore.video.speed import SPEEDS, Stillness
from segcore.video.steadiness import Steadiness

_QUEUE_BYTES = 150_000_000


class Job:
    """The three threads that make a span of a job's chunks, from reading to writing.

    Args:
        work: what to do, with what.
        span: which chunks are made.

    Attributes:
        done: frames that are finished so far.
        ends: why it ended where it did; "stop" until that is known.
    """

    def __init__(self, work: Assignment, span: Span) -> None:
        config, predictor, info = work.config, work.predictor, work.reader.info
        self._work, self._span, self._before = work, span, span.after
        self._flow = Flow()
        work.reader.beat = self._flow.beat
        self._clock = self._flow.clock
        speed = SPEEDS[config.speed]
        self._labelling = Labelling(
            predictor, Stillness(speed.still), self._clock, every=speed.every, followed=speed.followed
        )
        looks = config.stability or config.smooth
        self._follower = Follower() if looks or speed.every > 1 else None
        self._steadiness = Steadiness(len(predictor.classes), smooth=config.smooth) if looks else None
        as_it_is = config.refine or config.side_by_side or work.region is not None  # who else looks at the planes
        self._darker = 1.0 if as_it_is else darkening(config)
        self.done = 0
        self.ends: Ends = "stop"
        self._ending = False
        self._plan, self._network_size = work.plan, work.network_size
        waiting = max(2, min(2 * predictor.parallel, _QUEUE_BYTES // (info.width * info.height * 3)))
        self._decoded: Channel[DecodedFrame] = Channel(self._flow, waiting)
        self._labelled: Channel[LabelledFrame] = Channel(self._flow, waiting)
        self._damage = work.reader.damage.counted()

    def run(
        self, look: Callable[[], None], should_stop: Callable[[], bool], should_end: Callable[[], bool] = lambda: False
    ) -> None:
        """Start the stages and watch them until all are done.

        Args:
            look: called ten times a second meanwhile.
            should_stop: likewise; True cancels.
            should_end: likewise; after True no further frame is read.

        Raises:
            FrameNotThere: the frame before the span does not come by.
        """
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)  # the stages are the threads; OpenCV's own would only fight with them

        def poll() -> bool:
            look()
            self._ending = self._ending or should_end()
            return should_stop()

        try:
            self._flow.start("decode", self._decode)
            self._flow.start("network", self._label)
            self._flow.start("encode", self._write)
            self._flow.watch(poll)
        finally:
            cv2.setNumThreads(threads)

    def load(self) -> Load:
        """What each part has cost so far."""
        return self._clock.load(self.done)

    def _decode(self) -> None:
        frames, number = self._frames(), -1
        while not self._ending:
            with self._clock.of("decode"):
                frame, source = next(frames, (None, self._work.reader))
            if frame is None:
                self.ends = "video"
                break
            self._alive()
            self._damage = source.damage.counted()
            if frame.index % self._work.config.every == 0:
                number, before = self._plan.number_of(frame.pts), number
                if self._span.until is not None and number >= self._span.until:
                    self.ends = "border"
                    break
                self._decoded.put(self._prepared(frame, begins=number != before))
        frames.close()
        self._decoded.close()

    def _frames(self) -> Generator[tuple[SourceFrame, Source]]:
        """All frames from the span's first one on, each with the source that it comes from."""
        after, reader, config = self._span.after, self._work.reader, self._work.config
        if after is None:
            yield from ((frame, reader) for frame in reader)
            return
        time_s = float(after.pts * reader.info.time_base)
        begin_s, open_at = config.start_s, partial(opened, config)
        yield from frames_after(after, time_s, begin_s, open_at, self._seen_before, self._alive)

    def _alive(self) -> None:
        """A sign of life for a frame that is only decoded; many may pass between two that are segmented."""
        self._flow.alive()
        if self._flow.stopping.is_set():
            raise Stopped

    def _prepared(self, frame: SourceFrame, *, begins: bool) -> DecodedFrame:
        with self._clock.of("scale"):
            planes = frame.planes(self._darker)
            small = seen_of(frame, planes, self._work.region, self._network_size)
        moved = None
        if self._follower:
            with self._clock.of("motion"):
                moved = self._follower.look(small, begins=begins)
        return DecodedFrame(frame.index, frame.time_s, frame.pts, planes, small, begins, self._damage, moved)

    def _seen_before(self, frame: SourceFrame) -> Witness:
        """The frame before the span, as it comes by."""
        assert self._before is not None
        small = seen_of(frame, frame.planes(), self._work.region, self._network_size)
        self._before = Witness.of(self._before.index, frame.pts, small)
        return self._before

    def _label(self) -> None:
        for item in self._labelling.of(self._decoded):
            self._labelled.put(item)
        self._labelled.close()

    def _write(self) -> None:
        with ChunkWriter(self._work.shelf, self._plan, self._work.products, self._clock, lambda: self._before) as out:
            for item in self._labelled:
                out.write(self._finish(item), item)
                self.done += 1
            out.close(self.ends, self._damage)

    def _finish(self, item: LabelledFrame) -> FinishedFrame:
        frame, steady = item.frame, None
        config, classes, region = self._work.config, self._work.predictor.classes, self._work.region
        if self._steadiness:
            with self._clock.of("stability"):
                item, steady = self._steadiness.look(item)
        with self._clock.of("refine"):
            labels, confidence = settled(config, region, frame.planes, item.labels, item.confidence)
        with self._clock.of("measure"):
            runs = LabelRuns.of(labels)
            parts = class_parts(labels, runs)
            measure = measure_frame(labels, confidence, self._work.seen, len(classes), parts)
        with self._clock.of("draw"):
            contours = trace(labels, classes, config, self._work.seen, confidence, parts)
            overlay = drawn(config, classes, region, frame.planes, contours)
            contours = region.shifted(contours) if region else contours
        return FinishedFrame(
            index=frame.index,
            time_s=frame.time_s,
            pts=frame.pts,
            labels=labels,
            confidence=confidence,
            contours=contours,
            overlay=overlay,
            measure=measure,
            region=region,
            steady=steady,
            runs=runs,
            parts=parts,
        )


def seen_of(frame: SourceFrame, planes: Planes, region: Region | None, size: tuple[int, int]) -> np.ndarray:
    """What the network sees of a frame.

    Args:
        frame: as it comes from its source.
        planes: its planes.
        region: None: the whole frame.
        size: (height, width) of the network.

    Returns:
        (height, width, 3) uint8 RGB.
    """
    return frame.scaled(size) if region is None else region.cut(planes).scaled(size)


def settled(
    config: SegmentConfig, region: Region | None, planes: Planes, labels: np.ndarray, confidence: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Labels and confidence (h, w) uint8 as they are measured and drawn: refined, where that is asked for."""
    if not config.refine:
        return labels, confidence
    place = region.place if region else (slice(planes.height), slice(planes.width))
    return refine(labels, confidence, np.ascontiguousarray(planes.luma[place]))


def drawn(look: Look, classes: ClassTable, region: Region | None, planes: Planes, contours: Contours) -> Planes:
    """The overlay, drawn onto a frame; beside a copy of it, if that is wanted.

    Args:
        look: how it looks.
        classes: of the network.
        region: what is around it is dimmed. None: the whole frame.
        planes: the frame, which changes.
        contours: in pixels of the region, or of the frame.
    """
    source = planes.copy() if look.side_by_side else None
    if region is None:
        paint(PlanesCanvas(planes), contours, classes, look)
    else:
        part = region.cut(planes)
        paint(PlanesCanvas(part), contours, classes, look)
        region.frame(part, planes)
    return planes if source is None else side_by_side(source, planes)


def opened(config: SegmentConfig, start_s: float) -> Source:
    """The video of a job, from a time on."""
    return open_source(config.video, start_s=start_s, end_s=config.end_s, fps=config.fps)


def region_of(config: SegmentConfig, info: VideoInfo) -> Region | None:
    """The region that the network sees; None where that is the whole frame.

    Raises:
        VideoError: it reaches out of the frame.
    """
    return config.region.within(info.width, info.height, info.path.name) if config.region else None
