"""The sample scene as a video with sound: H.264 and AAC, as a browser plays it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from segcore.datasets.sample.scene import HEIGHT, LABELLED_EVERY_S, LABELLED_FRAMES, WIDTH, sample_scene

FPS = 30
SECONDS = 9.0
RATE = 44_100
FIRST_S = LABELLED_FRAMES * LABELLED_EVERY_S
"""The video goes on where the labelled frames end: none of its frames was labelled."""

_CHORDS = ((220.0, 261.63, 329.63), (174.61, 220.0, 261.63), (130.81, 196.0, 329.63), (196.0, 246.94, 293.66))


def write_video(path: Path, on_progress: Callable[[int, int], None] | None = None, seconds: float = SECONDS) -> None:
    """Draw and encode the video.

    Args:
        path: the MP4 to write.
        on_progress: called with (frames done, frames in all).
        seconds: its length.
    """
    from segcore.video.audio import EncodedSound
    from segcore.video.writer import VideoWriter

    scene = sample_scene()
    frames = round(FPS * seconds)
    sound = EncodedSound.of_samples(soundtrack(seconds), RATE)
    with VideoWriter(path, WIDTH, HEIGHT, fps=FPS, sound=sound, crf=20) as writer:
        for i in range(frames):
            writer.write(scene.draw(FIRST_S + i / FPS)[0])
            if on_progress:
                on_progress(i + 1, frames)


def soundtrack(seconds: float) -> np.ndarray:
    """A quiet kalimba over a soft chord.

    Returns:
        (n, 2) float32 in [-1, 1], at `RATE` samples a second.
    """
    time = np.arange(int(seconds * RATE), dtype=np.float32) / RATE
    bar = seconds / len(_CHORDS)
    sound = np.zeros((2, len(time)), np.float32)
    rng = np.random.default_rng(7)
    for number, chord in enumerate(_CHORDS):
        sound += _pad(time - number * bar, bar, chord)
        for step in range(8):
            tone = float(rng.choice(chord)) * (2 if step % 3 else 4)
            pan = 0.5 + 0.35 * np.sin(step * 2.4 + number)
            sound += _pluck(time - number * bar - step * bar / 8, tone) * np.array([[1 - pan], [pan]], np.float32)
    fade = np.clip(np.minimum(time / 0.05, (seconds - time) / 0.6), 0, 1)
    return (sound * fade / max(1.0, float(np.abs(sound).max()) / 0.7)).T.astype(np.float32)


def _pad(time: np.ndarray, length: float, chord: tuple[float, ...]) -> np.ndarray:
    """A chord that swells and fades over its bar."""
    envelope = np.sin(np.pi * np.clip((time + 0.2) / (length + 0.4), 0, 1)) ** 2
    tones = sum(np.sin(2 * np.pi * f * time) + 0.4 * np.sin(2 * np.pi * f * 1.003 * time) for f in chord)
    return np.asarray(0.05 * envelope * tones, np.float32)


def _pluck(time: np.ndarray, tone: float) -> np.ndarray:
    """One plucked note from time 0 on."""
    after = np.maximum(time, 0)
    ring = np.sin(2 * np.pi * tone * after) + 0.35 * np.sin(2 * np.pi * tone * 2.76 * after) * np.exp(-after * 14)
    return np.asarray(0.22 * ring * np.exp(-after * 5) * np.clip(time / 0.004, 0, 1), np.float32)
