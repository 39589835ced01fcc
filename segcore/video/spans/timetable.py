"""When frames will come, without decoding them, so that work can begin anywhere in a video.

What files say of their frames and what decoders make of it are not always the same. So this is a guess, and no result
rests on it: whoever begins in the middle keeps the frame before as a witness, and chunks are joined only where the
witness is the last frame of the chunk before (`chunks.record.chained`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import av
import numpy as np

from segcore.video.chunks.plan import Plan
from segcore.video.chunks.record import Witness
from segcore.video.config import SegmentConfig
from segcore.video.demux import TIMELESS, open_video, packets_of, picture_stream
from segcore.video.info import VideoInfo
from segcore.video.pictures import is_sequence


@dataclass(frozen=True)
class Timetable:
    """The frames of the part of a video that is segmented.

    Attributes:
        pts: (N,) int64, ascending, in units of the source's time base.
        every: only each so-many-th frame is segmented.
        first: number of the first of them.
    """

    pts: np.ndarray
    every: int = 1
    first: int = 0

    @classmethod
    def of(cls, config: SegmentConfig, info: VideoInfo, beat: Callable[[], None] = lambda: None) -> Timetable:
        """Of a job; the whole file is read once, nothing is decoded.

        Args:
            config: of the job.
            info: of its video.
            beat: called for every packet; may raise, to end it.
        """
        pts = np.arange(info.frames) if is_sequence(config.video) else _packets(info, beat)
        seconds = pts * float(info.time_base)
        end_s = float("inf") if config.end_s is None else config.end_s
        within = (seconds >= config.start_s - 1e-6) & (seconds < end_s - 1e-6)
        return cls(pts[within], config.every)

    def aligned(self, seen: Witness) -> Timetable:
        """The same, counted so that a frame that was seen has its true number."""
        return replace(self, first=self.first + seen.index - self._number(seen.pts))

    def chunks(self, plan: Plan) -> list[int]:
        """The numbers of the chunks that will hold frames, ascending."""
        return sorted({plan.number_of(int(pts)) for pts in self._segmented()})

    def before(self, plan: Plan, chunk: int) -> Witness | None:
        """The last segmented frame before a chunk; None where there is none."""
        segmented = self._segmented()
        place = int(np.searchsorted(segmented, plan.begins(chunk)))
        if place == 0:
            return None
        pts = int(segmented[place - 1])
        return Witness(index=self._number(pts), pts=pts)

    def _number(self, pts: int) -> int:
        return self.first + int(np.searchsorted(self.pts, pts))

    def _segmented(self) -> np.ndarray:
        """(M,) int64, the times of the frames that are segmented."""
        return self.pts[-self.first % self.every :: self.every]


def _packets(info: VideoInfo, beat: Callable[[], None]) -> np.ndarray:
    """(N,) int64, the times of all packets that are shown, as the reader counts them."""
    times = []
    with open_video(info.path) as container:
        try:
            for packet in packets_of(container, picture_stream(container)):
                beat()
                stamp = packet.dts if info.container in TIMELESS else packet.pts
                if stamp is not None and not packet.is_discard:
                    times.append(stamp - info.clock_start)
        except av.error.FFmpegError:
            pass  # what can be read counts; the reader says what cannot
    return np.unique(np.array(times, np.int64))
