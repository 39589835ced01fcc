"""Reading on after a frame, so that every frame that follows is what it would have been in one pass.

Decoders need what lies before: other frames that a frame refers to, neighbours for interlaced video, times that were
repaired. So reading begins earlier, and the last frame that was segmented must come by again, with the same time and
the same picture: then all that follows is the same, too. Where it does not, reading begins earlier still, in the end
at the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing

from segcore.errors import VideoError
from segcore.video.chunks.record import Witness
from segcore.video.damage import Damage
from segcore.video.source import Source, SourceFrame

_EARLIER_S = (1.0, 8.0, 40.0)
"""How long before the frame reading begins: first, and where that was too late."""
_GUESSES = 2
"""So many beginnings are tried for a frame that was only guessed: it may not be there at all."""


class FrameNotThere(VideoError):
    """The frame after which reading was to go on does not come by."""


def frames_after(
    witness: Witness,
    time_s: float,
    begin_s: float,
    open_at: Callable[[float], Source],
    known: Callable[[SourceFrame], Witness],
    alive: Callable[[], None] = lambda: None,
) -> Iterator[tuple[SourceFrame, Source]]:
    """The frames after one that was segmented, each with the source that it comes from; the source counts damage anew.

    Args:
        witness: that frame; without a checksum, whatever comes at its time is it.
        time_s: its time.
        begin_s: where the part of the video begins; nothing before it is looked at.
        open_at: opens the source at a time.
        known: a frame as a witness would be made of it, whatever its index.
        alive: called for each frame that is passed by; an error that it raises ends the reading.

    Raises:
        FrameNotThere: it does not come by, even if all is read from the beginning.
    """
    starts = [*(time_s - earlier for earlier in _EARLIER_S if time_s - earlier > begin_s), begin_s]
    for start in starts if witness.crc is not None else starts[:_GUESSES]:
        with open_at(start) as source, closing(_from(witness, iter(source), known, alive)) as frames:
            if not _comes_by(frames):
                continue
            source.damage = Damage()
            for number, frame in enumerate(frames, witness.index + 1):
                frame.index = number
                yield frame, source
            return
    raise FrameNotThere(
        f"The frame at {time_s:.2f} s, after which the work was to go on, is not the one that it was.",
        fix="Is the video another one now, or its disk damaged? Start the job anew.",
    )


def _comes_by(frames: Iterator[SourceFrame]) -> bool:
    try:
        return next(frames, None) is not None
    except VideoError:  # nothing can be decoded from there on
        return False


def _from(
    witness: Witness,
    frames: Iterator[SourceFrame],
    known: Callable[[SourceFrame], Witness],
    alive: Callable[[], None],
) -> Generator[SourceFrame]:
    """The witness's frame and all that follow; none where it does not come by."""
    for frame in frames:
        alive()
        if frame.pts > witness.pts:
            return
        if frame.pts == witness.pts:
            if witness.crc not in (None, known(frame).crc):
                return
            yield frame
            break
    yield from frames
