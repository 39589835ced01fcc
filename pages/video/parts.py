"""The same part of many videos: from and to as shares of each, every n-th frame, and a region where sizes agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.video import part
from segcore.video.info import VideoInfo
from segcore.video.region import Region


@dataclass(frozen=True)
class SharedPart:
    """What is segmented of each video.

    Attributes:
        start, end: percent of its length.
    """

    start: int = 0
    end: int = 100
    every: int = 1
    region: Region | None = None

    def of(self, info: VideoInfo | None) -> dict[str, Any]:
        """The settings of one video's job; None: it cannot be read, its job will say why."""
        length = info.duration_s if info else 0.0
        return {
            "start_s": round(length * self.start / 100, 3),
            "end_s": round(length * self.end / 100, 3) if self.end < 100 and length else None,
            "every": self.every,
            "region": self.region,
        }


def choose(readable: Mapping[Path, VideoInfo]) -> SharedPart | None:
    """What is asked for; None where the region does not fit.

    Args:
        readable: at least one video, with what it is.
    """
    first = next(iter(readable))
    sizes = {(info.width, info.height) for info in readable.values()}
    with st.expander("Part of the videos", icon=":material/content_cut:"):
        start, end = st.slider("From, to, in percent of each video", 0, 100, (0, 100), 5, key="shared_part")
        every = part.ask_every()
        others = ", ".join(f"{width} × {height}" for width, height in sorted(sizes))
        wanted = st.toggle(
            "Only a region of the picture",
            key="with_region",
            disabled=len(sizes) > 1,
            help=f"These videos have different sizes ({others}): the same pixels are not the same place in them."
            if len(sizes) > 1
            else None,
        )
        region = part.ask_region(first, readable[first]) if wanted and len(sizes) == 1 else None
    if start == end:
        st.error("From and to are the same: nothing would be segmented.", icon=":material/error:")
        return None
    if region is not None and not part.fits(region, readable[first]):
        return None
    return SharedPart(start, end, every, region)
