"""What a person must know about the end of a video and its sound, in plain sentences."""

from __future__ import annotations

from segcore.video.chunks.whole import Whole
from segcore.video.demux import FREE_CLOCKS
from segcore.video.products import Track
from segcore.video.source import Source

_MARGIN_S, _MARGIN = 0.5, 0.01
"""Headers are not exact: so many seconds, or this share of the length, may be missing without a word."""


def caveats(source: Source, whole: Whole, track: Track) -> list[str]:
    """All of it, once everything was read."""
    return [*_cut_off(source, whole, track), *_sound(source, track)]


def _cut_off(source: Source, whole: Whole, track: Track) -> list[str]:
    """Said where pictures and sound both end before the file should; of counted frames the summary tells."""
    info = source.info
    if not source.whole or whole.stopped or info.frames_exact or info.container in FREE_CLOCKS:
        return []
    end = max(float(whole.last_pts * info.time_base), track.sound.reached_s if track.sound else 0.0)
    if info.duration_s - end <= max(_MARGIN_S, _MARGIN * info.duration_s):
        return []
    return [f"The file should last {info.duration_s:.2f} s, but it ends at {end:.2f} s; the rest is missing."]


def _sound(source: Source, track: Track) -> list[str]:
    if track.sound is None and source.info.has_audio:
        return ["The sound is of a kind that cannot be decoded here; the overlay is silent."]
    return track.sound.warnings() if track.sound else []
