"""The stages of a video job, side by side: decode and scale → network → draw, measure and write."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import cv2

from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.video.audio import Sound, sound_of
from segcore.video.bottleneck import in_words
from segcore.video.canvas import PlanesCanvas
from segcore.video.config import SegmentConfig
from segcore.video.contours import Contours
from segcore.video.flow import Channel, Flow
from segcore.video.labelled import DecodedFrame, FinishedFrame, LabelledFrame
from segcore.video.labelling import Labelling
from segcore.video.load import Load
from segcore.video.outputs.extras import make_extra
from segcore.video.outputs.ledger_files import LedgerFiles
from segcore.video.outputs.output import Output
from segcore.video.outputs.overlay_video import OVERLAY_FILE, OverlayVideo
from segcore.video.outputs.previews import POSTER_FILE, Previews
from segcore.video.overlay import paint, trace
from segcore.video.planes import Planes, paired_width, side_by_side
from segcore.video.progress import SegmentProgress, Speedometer
from segcore.video.refine import refine
from segcore.video.source import Source
from segcore.video.speed import SPEEDS, Stillness

_QUEUE_BYTES = 150_000_000


class Job:
    """The three threads of one job.

    Args:
        config: what to do.
        predictor: the network.
        reader: the video, opened.
        out: folder of the outputs.
        on_preview: called with the newest overlay frame as JPEG, twice a second at most.
        watched: whether somebody looks at it; else it comes every 5 seconds.
    """

    def __init__(
        self,
        config: SegmentConfig,
        predictor: Predictor,
        reader: Source,
        out: Path,
        on_preview: Callable[[bytes], None],
        watched: Callable[[], bool] = lambda: False,
    ) -> None:
        info = reader.info
        self.config, self.predictor, self.reader = config, predictor, reader
        self.done = 0
        self.files: tuple[Path, ...] = ()
        self._out, self._on_preview, self._watched = out, on_preview, watched
        self._flow = Flow()
        self.clock = self._flow.clock
        self.labelling = Labelling(predictor, Stillness(SPEEDS[config.speed].still), self.clock)
        self._size = (info.height, info.width)
        self._network_size = predictor.size_for(*self._size)
        waiting = max(2, min(2 * predictor.parallel, _QUEUE_BYTES // (info.width * info.height * 3)))
        self._decoded: Channel[DecodedFrame] = Channel(self._flow, waiting)
        self._labelled: Channel[LabelledFrame] = Channel(self._flow, waiting)
        self._sound = self._open_sound() if info.has_audio else None
        self.sound_note = self._sound.how if self._sound else "none"

    def _open_sound(self) -> Sound | None:
        info = self.reader.info
        return sound_of(
            info.path,
            start_s=self.config.start_s,
            end_s=self.config.end_s,
            clock_s=float(info.clock_start * info.time_base),
        )

    def run(self, on_progress: Callable[[SegmentProgress], None], should_stop: Callable[[], bool]) -> None:
        """Start the stages and watch them until all are done."""
        speed = Speedometer(on_progress, self.load)
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)  # the stages are the threads; OpenCV's own would only fight with them

        def poll() -> bool:
            speed.look(self.done, self.reader.expected_frames)
            return should_stop()

        try:
            self._flow.start("decode", self._decode)
            self._flow.start("network", self._label)
            self._flow.start("encode", self._write)
            self._flow.watch(poll)
        finally:
            cv2.setNumThreads(threads)
        speed.look(self.done, self.reader.expected_frames, last=True)

    def load(self, frames: int) -> Load:
        """What each part has cost so far, and what holds the job up.

        Args:
            frames: that were finished.
        """
        load = self.clock.load(frames)
        words = in_words(load, long_side=max(self._network_size), speed=self.config.speed)
        return load.model_copy(update={"words": words})

    def _decode(self) -> None:
        frames = iter(self.reader)
        while True:
            with self.clock.of("decode"):
                frame = next(frames, None)
            if frame is None:
                break
            with self.clock.of("scale"):
                small = frame.scaled(self._network_size)
                planes = frame.planes()
            self._decoded.put(DecodedFrame(frame.index, frame.time_s, frame.pts, planes, small))
        self._decoded.close()

    def _label(self) -> None:
        for item in self.labelling.of(self._decoded):
            self._labelled.put(item)
        self._labelled.close()

    def _write(self) -> None:
        with ExitStack() as opened:
            outputs = [opened.enter_context(output) for output in self._outputs()]
            for item in self._labelled:
                finished = self._finish(item)
                for output in outputs:
                    with self.clock.of(output.stage):
                        output.write(finished)
                self.done += 1
            self.files = tuple(path for output in outputs for path in output.files)

    def _outputs(self) -> list[Output]:
        """All that is written, in the order in which it is written."""
        info, classes = self.reader.info, self.predictor.classes
        shift = round(self.config.start_s / info.time_base) if self.config.start_s else 0
        width = paired_width(info.width) if self.config.side_by_side else info.width
        return [
            OverlayVideo(self._out / OVERLAY_FILE, info, width, self._sound, shift, SPEEDS[self.config.speed].preset),
            LedgerFiles(self._out, classes, self._size),
            *(make_extra(kind, self._out, info, classes, self.config, shift) for kind in self.config.also),
            Previews(self._out / POSTER_FILE, self._on_preview, self._watched, self.clock),
        ]

    def _finish(self, item: LabelledFrame) -> FinishedFrame:
        frame, labels, confidence = item.frame, item.labels, item.confidence
        if self.config.refine:
            with self.clock.of("refine"):
                labels, confidence = refine(labels, confidence, frame.planes.luma[: self._size[0], : self._size[1]])
        with self.clock.of("measure"):
            measure = measure_frame(labels, confidence, self._size, len(self.predictor.classes))
        with self.clock.of("draw"):
            contours = trace(labels, self.predictor.classes, self.config, self._size, confidence)
            overlay = self._draw(frame.planes, contours)
        return FinishedFrame(frame.index, frame.time_s, frame.pts, labels, confidence, contours, overlay, measure)

    def _draw(self, planes: Planes, contours: Contours) -> Planes:
        """The overlay, drawn onto the decoded frame; beside a copy of it, if that is wanted."""
        source = planes.copy() if self.config.side_by_side else None
        paint(PlanesCanvas(planes), contours, self.predictor.classes, self.config)
        return planes if source is None else side_by_side(source, planes)
