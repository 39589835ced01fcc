"""What decides what a job makes: chunks of another one do not fit."""

from __future__ import annotations

from typing import Any

import av

import segcore
from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.pictures import open_pictures


def identity(config: SegmentConfig, info: VideoInfo) -> dict[str, Any]:
    """As JSON, by names that people understand in "since it began, … changed".

    Args:
        config: of the job.
        info: of the video.
    """
    path = info.path
    files = [path] if path.is_file() else [path / name for name in open_pictures(path).names]
    stats = [file.stat() for file in files]
    return {
        f"the video {path.name}": [len(stats), sum(s.st_size for s in stats), max(s.st_mtime_ns for s in stats)],
        "its settings": config.model_dump(mode="json", exclude={"workers"}),
        "the version of segcore": segcore.__version__,
        "the video encoder": ".".join(map(str, av.library_versions["libavcodec"])),
    }
