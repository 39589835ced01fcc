"""All that a video job makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from segcore.classes import ClassTable
from segcore.video.audio import Sound, sound_of
from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.outputs.extras import extra
from segcore.video.outputs.heat_file import heat_file
from segcore.video.outputs.ledger_files import ledger_files
from segcore.video.outputs.masks_file import masks_file
from segcore.video.outputs.objects_file import objects_file
from segcore.video.outputs.overlay_video import overlay_video
from segcore.video.outputs.previews import previews
from segcore.video.outputs.product import Product
from segcore.video.outputs.stability_files import stability_files
from segcore.video.planes import paired_width
from segcore.video.region import Region


class Track:
    """The sound of a job's video, opened when its chunks are joined.

    Args:
        info: of the source.
        start_s: seconds; where the part of the video begins.
        end_s: where it ends; None: at its end. May be set later, when the work was ended early.
        beat: called for every piece of it; may raise, to end the work.
    """

    def __init__(
        self, info: VideoInfo, start_s: float, end_s: float | None, beat: Callable[[], None] = lambda: None
    ) -> None:
        self.end_s = end_s
        self.how = "none"
        self.sound: Sound | None = None
        self._beat = beat
        self._info, self._start_s = info, start_s

    def open(self) -> Sound | None:
        """The sound from its beginning; None where there is none."""
        if not self._info.has_audio:
            return None
        clock_s = float(self._info.clock_start * self._info.time_base)
        self.sound = sound_of(
            self._info.path, start_s=self._start_s, end_s=self.end_s, clock_s=clock_s, beat=self._beat
        )
        self.how = self.sound.how if self.sound else "none"
        return self.sound


def products(
    config: SegmentConfig,
    info: VideoInfo,
    classes: ClassTable,
    region: Region | None,
    track: Track,
    on_preview: Callable[[bytes], None],
    watched: Callable[[], bool] = lambda: False,
    follow: Callable[[], None] = lambda: None,
) -> list[Product]:
    """What is made, in the order in which it is written.

    Args:
        config: what to do.
        info: of the source.
        classes: of the network.
        region: what the network sees; None: all.
        track: the sound.
        on_preview: takes the newest overlay frame as JPEG, in a thread of its own.
        watched: whether somebody looks at it.
        follow: called, in a thread, for every frame over which objects are followed in the end; may raise, to end it.
    """
    shift = round(config.start_s / info.time_base)
    width = paired_width(info.width) if config.side_by_side else info.width
    paced = replace(info, fps=info.fps / config.every)
    size = region.size if region else (info.height, info.width)
    return [
        overlay_video(paced, width, track.open, shift),
        ledger_files(classes, size),
        objects_file(classes, size, (region.x, region.y) if region else (0, 0), config.every, follow),
        heat_file((info.height, info.width), region),
        masks_file(classes, (info.height, info.width), region),
        *([stability_files(classes)] if config.stability or config.smooth else []),
        *(extra(kind, paced, classes, config, shift) for kind in config.also),
        previews(on_preview, watched),
    ]
