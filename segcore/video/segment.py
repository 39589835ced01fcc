"""Segmenting a video: decode → scale → network → draw and measure → encode, side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from segcore.inference.predictor import Predictor
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE, LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.video.audio import Sound, sound_of
from segcore.video.canvas import PlanesCanvas
from segcore.video.flow import Channel, Flow, StageClock
from segcore.video.overlay import Style, draw
from segcore.video.planes import Planes
from segcore.video.preview import Previews
from segcore.video.sequence import FPS
from segcore.video.source import Source, open_source
from segcore.video.stills import Stills, StillsWriter
from segcore.video.summary import SUMMARY_FILE, write_summary
from segcore.video.writer import CRF, PRESET, VideoWriter

OVERLAY_FILE = "overlay.mp4"
PREVIEW_FILE = "preview.jpg"
POSTER_FILE = "poster.jpg"

_QUEUE_BYTES = 150_000_000


class SegmentConfig(BaseModel):
    """Everything that decides a video job; recorded with its run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    video: Path = Field(description="a file, or a folder of numbered pictures")
    fps: float = Field(default=FPS, gt=0, le=1000, description="pictures a second of a folder")
    run: str = Field(description="id or name of the training run")
    style: Style = "notebook"
    start_s: float = Field(default=0.0, ge=0)
    end_s: float | None = Field(default=None, gt=0)
    backend: Literal["auto", "openvino", "tensorflow"] = "auto"
    legend: bool = False
    opacity: float = Field(default=0.45, ge=0, le=1)
    thickness: int | None = Field(default=None, ge=1, le=100, description="pixels; None: by the frame's height")
    stills: tuple[Stills, ...] = Field(default=(), description="each frame as a picture too, in a ZIP")
    hidden: tuple[int, ...] = Field(default=(), description="class ids that are not drawn")

    @model_validator(mode="after")
    def _span(self) -> SegmentConfig:
        if self.end_s is not None and self.end_s <= self.start_s:
            raise ValueError(f"expected end_s after start_s. Received: {self.start_s}, {self.end_s}")
        return self


@dataclass(frozen=True)
class SegmentProgress:
    """How far a video job is; `total` is 0 and `eta_s` None where the header names no length."""

    frames: int
    total: int
    fps: float
    eta_s: float | None


@dataclass(frozen=True)
class SegmentResult:
    """What a video job made.

    Attributes:
        seconds: of work, from the first frame read to the finished files.
        fps: frames a second of work.
        stages: milliseconds a frame of each stage's own work (they overlap, so the sum is more than 1000 / fps).
        summary: what summary.json holds.
        stills: a ZIP for each kind that was asked for.
    """

    frames: int
    seconds: float
    fps: float
    stages: dict[str, float]
    warnings: list[str]
    overlay: Path
    ledger: Path
    csv: Path
    summary_file: Path
    poster: Path
    summary: dict[str, Any]
    stills: tuple[Path, ...] = ()


@dataclass
class _Decoded:
    index: int
    time_s: float
    pts: int
    planes: Planes
    small: np.ndarray


@dataclass
class _Labelled:
    frame: _Decoded
    labels: np.ndarray
    confidence: np.ndarray


def segment(
    config: SegmentConfig,
    predictor: Predictor,
    out: Path,
    *,
    on_progress: Callable[[SegmentProgress], None] = lambda _: None,
    on_preview: Callable[[bytes], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    provenance: Mapping[str, Any] | None = None,
) -> SegmentResult:
    """Segment a video into out/{overlay.mp4, ledger.parquet, ledger.csv, summary.json, poster.jpg}.

    Args:
        config: what to do.
        predictor: the network.
        out: folder; files of an earlier result are replaced when this one is complete.
        on_progress: called about twice a second, from the thread that called this.
        on_preview: called at most once a second with the newest overlay frame as JPEG.
        should_stop: polled ten times a second; True cancels.
        provenance: what the summary says of the origin: run, weights' SHA-256, dataset's hash.

    Raises:
        VideoError: the video cannot be read.
        Cancelled: `should_stop` said so; nothing is left in `out`.
    """
    with open_source(config.video, start_s=config.start_s, end_s=config.end_s, fps=config.fps) as reader:
        predictor.prepare(predictor.size_for(reader.info.height, reader.info.width))
        job = _Job(config, predictor, reader, out, on_preview)
        started = time.monotonic()
        job.run(on_progress, should_stop)
        seconds = time.monotonic() - started
        frames, stages = reader.frames_read, job.clock.per_frame_ms(reader.frames_read)
        summary = write_summary(
            out / SUMMARY_FILE,
            config=config.model_dump(mode="json"),
            reader=reader,
            predictor=predictor,
            frames=frames,
            seconds=seconds,
            stages=stages,
            sound=job.sound_note,
            ledger=out / PARQUET_FILE,
            provenance=dict(provenance or {}),
        )
    return SegmentResult(
        frames=frames,
        seconds=summary["seconds"],
        fps=summary["fps"],
        stages=stages,
        warnings=summary["warnings"],
        overlay=out / OVERLAY_FILE,
        ledger=out / PARQUET_FILE,
        csv=out / CSV_FILE,
        summary_file=out / SUMMARY_FILE,
        poster=out / POSTER_FILE,
        summary=summary,
        stills=tuple(out / f"{kind}.zip" for kind in config.stills),
    )


class _Job:
    """The three threads of one job."""

    def __init__(
        self,
        config: SegmentConfig,
        predictor: Predictor,
        reader: Source,
        out: Path,
        on_preview: Callable[[bytes], None],
    ) -> None:
        info = reader.info
        self.config, self.predictor, self.reader, self.out = config, predictor, reader, out
        self.clock = StageClock()
        self.flow = Flow()
        self.done = 0
        self.previews = Previews(on_preview)
        self.size = (info.height, info.width)
        self.network_size = predictor.size_for(*self.size)
        waiting = max(2, min(2 * predictor.parallel, _QUEUE_BYTES // (info.width * info.height * 3)))
        self.decoded: Channel[_Decoded] = Channel(self.flow, waiting)
        self.labelled: Channel[_Labelled] = Channel(self.flow, waiting)
        self.sound = self._sound() if info.has_audio else None
        self.sound_note = self.sound.how if self.sound else "none"
        self.shift = round(config.start_s / info.time_base) if config.start_s else 0

    def _sound(self) -> Sound | None:
        info = self.reader.info
        return sound_of(
            info.path,
            start_s=self.config.start_s,
            end_s=self.config.end_s,
            clock_s=float(info.clock_start * info.time_base),
        )

    def run(self, on_progress: Callable[[SegmentProgress], None], should_stop: Callable[[], bool]) -> None:
        """Start the stages and watch them until all are done."""
        watch = _Speedometer(self, on_progress)
        threads = cv2.getNumThreads()
        cv2.setNumThreads(1)  # the stages are the threads; OpenCV's own would only fight with them

        def poll() -> bool:
            watch.look()
            return should_stop()

        try:
            self.flow.start("decode", self._decode)
            self.flow.start("network", self._label)
            self.flow.start("encode", self._write)
            self.flow.watch(poll)
        finally:
            cv2.setNumThreads(threads)
        watch.look(last=True)

    def _decode(self) -> None:
        frames = iter(self.reader)
        while True:
            with self.clock.of("decode"):
                frame = next(frames, None)
            if frame is None:
                break
            with self.clock.of("scale"):
                small = frame.scaled(self.network_size)
                planes = frame.planes()
            self.decoded.put(_Decoded(frame.index, frame.time_s, frame.pts, planes, small))
        self.decoded.close()

    def _label(self) -> None:
        batch: list[_Decoded] = []
        for item in self.decoded:
            batch.append(item)
            if len(batch) == self.predictor.parallel:
                self._predict(batch)
                batch = []
        if batch:
            self._predict(batch)
        self.labelled.close()

    def _predict(self, batch: list[_Decoded]) -> None:
        with self.clock.of("network"):
            labels, confidence = self.predictor.predict(np.stack([item.small for item in batch]))
        for frame, frame_labels, frame_confidence in zip(batch, labels, confidence, strict=True):
            self.labelled.put(_Labelled(frame, frame_labels, frame_confidence))

    def _write(self) -> None:
        info = self.reader.info
        writer = VideoWriter(
            self.out / OVERLAY_FILE,
            info.width,
            info.height,
            time_base=info.time_base,
            fps=info.fps,
            sound=self.sound,
            preset=PRESET,
            crf=CRF,
            pixel_aspect=info.pixel_aspect,
            colors=info.colors,
        )
        classes = self.predictor.classes
        with ExitStack() as files:
            files.enter_context(writer)
            ledger = files.enter_context(LedgerWriter(self.out, classes, self.size))
            stills = [
                files.enter_context(StillsWriter(self.out / f"{kind}.zip", kind, classes, self.size))
                for kind in self.config.stills
            ]
            for item in self.labelled:
                with self.clock.of("draw"):
                    overlay = self._draw(item)
                with self.clock.of("measure"):
                    measure = measure_frame(item.labels, item.confidence, self.size, len(self.predictor.classes))
                    ledger.append(item.frame.index, item.frame.time_s, measure)
                with self.clock.of("encode"):
                    writer.write(overlay, item.frame.pts - self.shift)
                with self.clock.of("stills"):
                    for pictures in stills:
                        pictures.write(item.frame.index, overlay, item.labels)
                with self.clock.of("preview"):
                    self.previews.offer(overlay, int((measure.pixels[1:] > 0).sum()))
                self.done += 1
            with self.clock.of("encode"):
                self.previews.save_poster(self.out / POSTER_FILE)

    def _draw(self, item: _Labelled) -> Planes:
        """The overlay, drawn onto the decoded frame."""
        config = self.config
        draw(
            PlanesCanvas(item.frame.planes),
            item.labels,
            self.predictor.classes,
            config.style,
            opacity=config.opacity,
            thickness=config.thickness,
            legend=config.legend,
            hidden=config.hidden,
            confidence=item.confidence,
        )
        return item.frame.planes


class _Speedometer:
    """Frames a second over the last seconds, and what is left."""

    def __init__(self, job: _Job, tell: Callable[[SegmentProgress], None]) -> None:
        self._job, self._tell = job, tell
        self._told = 0.0
        self._marks: list[tuple[float, int]] = [(time.monotonic(), 0)]

    def look(self, *, last: bool = False) -> None:
        """Tell the progress, twice a second at most."""
        now = time.monotonic()
        if now - self._told < 0.5 and not last:
            return
        self._told = now
        done, total = self._job.done, self._job.reader.expected_frames
        self._marks = [*self._marks[-40:], (now, done)]
        since, before = self._marks[0]
        fps = (done - before) / (now - since) if now > since else 0.0
        left = max(0, total - done) if total else 0
        eta = left / fps if total and fps > 0 else None
        self._tell(SegmentProgress(done, done if last else max(total, done) if total else 0, round(fps, 2), eta))
