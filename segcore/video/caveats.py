"""What a person must know about the result of a video job, in plain sentences."""

from __future__ import annotations

from segcore.video.audio import Sound
from segcore.video.demux import FREE_CLOCKS
from segcore.video.source import Source

_MARGIN_S, _MARGIN = 0.5, 0.01
"""Headers are not exact: so many seconds, or this share of the length, may be missing without a word."""


def warnings_of(source: Source, sound: Sound | None) -> list[str]:
    """All of it, once everything was read."""
    return [*source.warnings(), *_lost(source), *_cut_off(source, sound), *_sound(source, sound)]


def _lost(source: Source) -> list[str]:
    """Said where the header promised more frames than came."""
    promised, frames = source.info.frames, source.frames_read
    if source.whole and source.info.frames_exact and frames < promised:
        return [f"The header names {promised} frames, {frames} could be decoded; {promised - frames} are lost."]
    return []


def _cut_off(source: Source, sound: Sound | None) -> list[str]:
    """Said where pictures and sound both end before the file should; counted frames are told by `_lost`."""
    info = source.info
    if not source.whole or info.frames_exact or info.container in FREE_CLOCKS:
        return []
    end = max(source.reached_s, sound.reached_s if sound else 0.0)
    if info.duration_s - end <= max(_MARGIN_S, _MARGIN * info.duration_s):
        return []
    return [f"The file should last {info.duration_s:.2f} s, but it ends at {end:.2f} s; the rest is missing."]


def _sound(source: Source, sound: Sound | None) -> list[str]:
    if sound is None and source.info.has_audio:
        return ["The sound is of a kind that cannot be decoded here; the overlay is silent."]
    return sound.warnings() if sound else []
